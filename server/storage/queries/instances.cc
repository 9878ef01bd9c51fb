#include "server/storage/queries/instances.h"

#include <algorithm>
#include <initializer_list>

#include "server/storage/queries/keyset.h"
#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "ti.id, ti.run, ti.task_id, ti.map_index, ti.state, ti.try_number, ti.failures, ti.losses, "
    "ti.attempt, ti.scheduled_at, ti.queued_at, ti.started_at, ti.ended_at, ti.retry_at, "
    "ti.reason, ti.note, ti.updated_at, "
    "r.run_id, r.state, r.logical_date, r.run_after, r.version, r.dag, v.number, v.created_at, "
    "d.dag_id, v.display_name, d.bundle, "
    "(SELECT w.name FROM worker w WHERE w.id = a.worker), a.pid, "
    "r.queued_at";
constexpr std::string_view joins =
    "CROSS JOIN dag d ON d.key = r.dag CROSS JOIN dag_version v ON v.id = r.version "
    "LEFT JOIN attempt a ON a.id = ti.attempt";
// The order of the tables is the way in: by the run, or along the instances.
constexpr std::string_view by_run = "FROM run r CROSS JOIN task_instance ti ON ti.run = r.id ";
constexpr std::string_view by_instance = "FROM task_instance ti CROSS JOIN run r ON r.id = ti.run ";
// Over all DAGs, where history is long: what failed, what is live, and by the dates of the runs.
constexpr std::string_view by_failure =
    "FROM task_instance ti INDEXED BY task_instance_failed CROSS JOIN run r ON r.id = ti.run ";
constexpr std::string_view by_active_run =
    "FROM run r INDEXED BY run_active CROSS JOIN task_instance ti ON ti.run = r.id ";
constexpr std::string_view along_ids = "ti.id > 0";
constexpr std::string_view by_run_after =
    "FROM run r INDEXED BY run_recent CROSS JOIN task_instance ti ON ti.run = r.id ";

constexpr OrderColumn order_columns[] = {
    {"id", "ti.id", false},
    {"state", "ti.state", false},
    {"duration", instance_duration},
    {"start_date", "ti.started_at"},
    {"end_date", "ti.ended_at"},
    {"map_index", "ti.map_index", false},
    {"try_number", "ti.try_number", false},
    {"logical_date", "r.logical_date"},
    {"run_after", "r.run_after", false},
    {"data_interval_start", "r.data_interval_start"},
    {"data_interval_end", "r.data_interval_end"},
    {"rendered_map_index", "ti.map_index", false},
    // The type of a task stands in its version; its id groups the same.
    {"operator", "ti.task_id", false},
};

InstanceRow make_row(Statement& row) {
  return {.id = row.id<InstanceId>(0),
          .run = row.id<RunId>(1),
          .task_id = row.string(2),
          .map_index = static_cast<std::int32_t>(row.integer(3)),
          .state = static_cast<TaskState>(row.integer(4)),
          .try_number = static_cast<std::int32_t>(row.integer(5)),
          .failures = static_cast<std::int32_t>(row.integer(6)),
          .losses = static_cast<std::int32_t>(row.integer(7)),
          .attempt = row.id<AttemptId>(8),
          .scheduled_at = row.optional_instant(9),
          .queued_at = row.optional_instant(10),
          .started_at = row.optional_instant(11),
          .ended_at = row.optional_instant(12),
          .retry_at = row.optional_instant(13),
          .reason = row.string(14),
          .note = row.string(15),
          .updated_at = row.instant(16)};
}

InstanceRecord make_instance(Statement& row) {
  return {.row = make_row(row),
          .run_id = row.string(17),
          .run_state = static_cast<RunState>(row.integer(18)),
          .logical_date = row.optional_instant(19),
          .run_after = row.instant(20),
          .run_queued_at = row.instant(30),
          .version = {.id = row.id<VersionId>(21),
                      .dag = row.id<DagKey>(22),
                      .number = row.integer(23),
                      .created_at = row.instant(24),
                      .dag_id = row.string(25),
                      .display_name = row.string(26),
                      .bundle = row.string(27)},
          .worker = row.string(28),
          .pid = static_cast<int>(row.integer(29))};
}

/// Where a list begins.
struct Way {
  std::string_view from;
  std::string_view condition = "";  ///< all of its rows meet it, and the index asks for it
  std::string_view walk = "";       ///< of Source
};

/// One state is an equality, along which an index keeps its order.
void add_states(Filter& filter, const std::vector<TaskState>& states) {
  std::vector<std::int64_t> numbers;
  for (const TaskState state : states) numbers.push_back(static_cast<std::int64_t>(state));
  if (numbers.size() == 1)
    filter.add_equal("ti.state", numbers.front());
  else if (!numbers.empty())
    filter.add_in("ti.state", numbers);
}

bool all_of(const std::vector<TaskState>& states, std::initializer_list<TaskState> allowed) {
  return !states.empty() && std::ranges::all_of(states, [&](TaskState state) {
    return std::ranges::find(allowed, state) != allowed.end();
  });
}

Way way_of(const InstanceQuery& query) {
  using enum TaskState;
  if (query.run || query.dag) return {by_run};
  if (all_of(query.states, {failed, upstream_failed})) return {by_failure, "ti.state IN (5, 7)"};
  // Whatever is live has a run that is.
  if (all_of(query.states,
             {scheduled, queued, running, up_for_retry, up_for_reschedule, deferred, restarting}))
    return {by_active_run, "r.state < 2"};
  if (!query.order.empty() && query.order.front().name == "run_after")
    return {.from = by_run_after, .walk = along_ids};
  return {.from = by_instance, .walk = along_ids};
}

/// What the total is counted from: each task instance has one run, DAG and version.
std::string counted(const Filter& filter, const Way& way) {
  const bool names_dag = filter.names("d"), names_version = filter.names("v");
  const bool names_run = filter.names("r") || names_dag || names_version;
  std::string text(way.from);
  if (way.from == by_failure && !names_run)
    text = "FROM task_instance ti INDEXED BY task_instance_failed ";
  else if (!way.walk.empty())
    text = names_run ? by_instance : "FROM task_instance ti ";
  if (names_dag) text += "CROSS JOIN dag d ON d.key = r.dag ";
  if (names_version) text += "CROSS JOIN dag_version v ON v.id = r.version ";
  return text;
}

/// Each along an index (0013): inside of a run as Airflow does; over a DAG run by run; over all,
/// as they were made.
std::vector<SortTerm> terms_of(const InstanceQuery& query) {
  if (!query.order.empty()) return sort_terms(order_columns, query.order, "ti.id");
  constexpr SortTerm run{"r.id", false, false}, index{"ti.map_index", false, false},
      key{"ti.id", false, false};
  if (query.run) return {index, key};
  if (query.dag) return {run, index, key};
  return {key};
}

}  // namespace

bool is_instance_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<InstanceRecord>> list_instances(Reader& reader, const InstanceQuery& query) {
  const Way way = way_of(query);
  Source source{.columns = columns,
                .from = std::string(way.from).append(joins),
                .counted = counted(query.filter, way),
                .walk = way.walk};
  Filter filter;
  if (query.run) {
    filter.add_equal("ti.run", query.run->value);
    filter.add_equal("r.id", query.run->value);
  } else if (query.dag) {
    filter.add_equal("r.dag", query.dag->value);
  }
  if (!way.condition.empty()) filter.add(way.condition);
  add_states(filter, query.states);
  filter.add(query.filter);
  return select_sorted(reader, source, filter, terms_of(query), query.page, make_instance);
}

Result<std::optional<InstanceRecord>> find_instance(Reader& reader, RunId run,
                                                    std::string_view task_id, int map_index) {
  Filter filter;
  filter.add_equal("ti.run", run.value);
  filter.add_equal("ti.task_id", std::string(task_id));
  filter.add_equal("ti.map_index", std::int64_t{map_index});
  return select_one(reader, columns, std::string(by_instance).append(joins), filter, make_instance);
}

Result<std::vector<ActiveTaskCount>> count_active_tasks(Reader& reader) {
  Statement& statement = reader.prepare(
      "SELECT r.version, ti.task_id, ti.state, count(*) "
      "FROM run r CROSS JOIN task_instance ti ON ti.run = r.id "
      "WHERE r.state < 2 AND ti.state IN (1, 2, 3, 9, 10, 12) GROUP BY 1, 2, 3");
  std::vector<ActiveTaskCount> counts;
  TRY(statement.each([&](Statement& row) {
    counts.push_back({.version = row.id<VersionId>(0),
                      .task_id = row.string(1),
                      .state = static_cast<TaskState>(row.integer(2)),
                      .count = row.integer(3)});
  }));
  return counts;
}

}  // namespace weft::storage
