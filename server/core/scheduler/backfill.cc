#include "server/core/scheduler/backfill.h"

#include <algorithm>

#include "server/core/scheduler/calendar.h"

namespace weft {
namespace {

constexpr Duration tick_unit{1};
constexpr int most_active_runs = 10'000;

/// The first tick at or after `at`.
std::optional<Instant> tick_from(const Dag& dag, Instant at) {
  return dag.timetable->next(at - tick_unit);
}
/// The last tick at or before `at`.
std::optional<Instant> tick_until(const Dag& dag, Instant at) {
  return dag.timetable->previous(at + tick_unit);
}

std::optional<Instant> first_tick(const Dag& dag, const BackfillRow& row) {
  const bool by_start = dag.logical_date == LogicalDate::interval_start;
  auto first = tick_from(dag, row.from_date);
  if (first && by_start) first = dag.timetable->next(*first);
  if (!first || !dag.start_date) return first;
  const auto opens = tick_from(dag, *dag.start_date);
  const auto closes = opens ? dag.timetable->next(*opens) : std::nullopt;
  if (!closes) return std::nullopt;
  return std::max(*first, *closes);
}

std::optional<Instant> last_tick(const Dag& dag, const BackfillRow& row) {
  auto last = tick_until(dag, row.to_date);
  if (!last) return std::nullopt;
  // An interval that the schedule's very last tick opens is never closed.
  if (dag.logical_date == LogicalDate::interval_start)
    last = dag.timetable->next(*last).value_or(*last);
  Instant end = std::min(*last, row.created_at);
  if (dag.end_date) end = std::min(end, *dag.end_date);
  return tick_until(dag, end);
}

std::string date_range(const CreateBackfill& command) {
  return format_instant(command.from_date) + " to " + format_instant(command.to_date);
}

Result<void> check_dates(const Dag& dag, const CreateBackfill& command, Instant now) {
  if (!dag.timetable)
    return fail(ErrorCode::conflict, "DAG \"" + dag.id +
                                         "\" has no schedule of dates, so there is nothing to "
                                         "backfill; trigger runs of it instead");
  if (command.from_date > command.to_date)
    return fail(ErrorCode::unprocessable, "from_date lies behind to_date");
  if (command.from_date > now)
    return fail(ErrorCode::unprocessable,
                "from_date lies in the future: those runs come by themselves");
  if (command.max_active_runs < 1 || command.max_active_runs > most_active_runs)
    return fail(ErrorCode::unprocessable,
                "max_active_runs: must be 1 to " + std::to_string(most_active_runs));
  if (!command.conf.is_null() && !command.conf.is_object())
    return fail(ErrorCode::unprocessable, "dag_run_conf: must be an object");
  return {};
}

/// A task that looks at the run before needs the dates in order.
Result<void> check_order(const Dag& dag, const CreateBackfill& command) {
  if (!command.run_backwards) return {};
  for (const Task& task : dag.tasks)
    if (task.depends_on_past)
      return fail(ErrorCode::unprocessable, "run_backwards: task \"" + task.id +
                                                "\" depends on the run before it, so the dates "
                                                "must be run in order");
  return {};
}

bool is_in(const std::vector<bool>& chosen, TaskIndex task) {
  return chosen[static_cast<std::size_t>(task.value)];
}

/// Work that stands between a setup and its teardown isn't run without them.
void add_setups_and_teardowns(const Dag& dag, std::vector<bool>& chosen) {
  const auto any = [&](const std::vector<TaskIndex>& tasks) {
    return std::any_of(tasks.begin(), tasks.end(),
                       [&](TaskIndex one) { return is_in(chosen, one); });
  };
  const auto add = [&](TaskIndex task) {
    const bool is_new = !is_in(chosen, task);
    chosen[static_cast<std::size_t>(task.value)] = true;
    return is_new;
  };
  for (bool more = true; more;) {  // a setup may itself stand between others
    more = false;
    for (const Task& task : dag.tasks) {
      if (task.setups.empty()) continue;
      if (!is_in(chosen, task.index) && !any(task.upstream) && !any(task.between)) continue;
      more = add(task.index) || more;
      for (const TaskIndex setup : task.setups) more = add(setup) || more;
    }
  }
}

/// What a part of a mapped group would mean is anyone's guess.
Result<void> check_mapped_groups(const Dag& dag, const BackfillRow& row) {
  const std::vector<bool> chosen = backfilled_tasks(dag, row);
  for (const TaskGroup& group : dag.groups) {
    if (chosen.empty() || group.mapping == nullptr) continue;
    const auto in = [&](TaskIndex task) { return is_in(chosen, task); };
    const auto count = std::count_if(group.tasks.begin(), group.tasks.end(), in);
    if (count > 0 && count < static_cast<std::ptrdiff_t>(group.tasks.size()))
      return fail(ErrorCode::unprocessable,
                  "task_ids: the group \"" + group.id +
                      "\" is mapped as a whole: name all of its tasks, or none");
  }
  return {};
}

Result<void> check_tasks(const Dag& dag, const BackfillRow& row) {
  if (row.include_downstream && row.task_ids.empty())
    return fail(ErrorCode::unprocessable, "include_downstream needs task_ids");
  TRY(check_backfilled_tasks(dag, row));
  const std::string missing = missing_outputs(dag, row);
  if (row.reprocess == ReprocessBehavior::none && !missing.empty())
    return fail(ErrorCode::unprocessable, "task_ids: " + missing +
                                              ": name it too, or run again what is there "
                                              "(reprocess_behavior)");
  return {};
}

Result<void> check_total(const Dag& dag, const CreateBackfill& command, std::int64_t total,
                         std::int64_t max_runs) {
  if (total == 0) {
    std::string why;
    if (dag.start_date) why += "; its start_date is " + format_instant(*dag.start_date);
    if (dag.end_date) why += "; its end_date is " + format_instant(*dag.end_date);
    return fail(ErrorCode::unprocessable,
                "DAG \"" + dag.id + "\" has no run to make from " + date_range(command) + why);
  }
  if (total > max_runs)
    return fail(ErrorCode::unprocessable, "from " + date_range(command) + " there are more than " +
                                              std::to_string(max_runs) +
                                              " runs, which is the most that one backfill may "
                                              "have; split the range");
  return {};
}

}  // namespace

std::optional<BackfillSpan> backfill_span(const Dag& dag, const BackfillRow& row) {
  if (!dag.timetable) return std::nullopt;
  const auto first = first_tick(dag, row);
  const auto last = last_tick(dag, row);
  if (!first || !last || *first > *last) return std::nullopt;
  return BackfillSpan{*first, *last};
}

std::optional<Instant> next_backfill_tick(const Dag& dag, const BackfillRow& row) {
  const auto span = backfill_span(dag, row);
  if (!span) return std::nullopt;
  if (row.run_backwards) {
    if (!row.position || *row.position > span->last) return span->last;
    const auto tick = dag.timetable->previous(*row.position);
    return tick && *tick >= span->first ? tick : std::nullopt;
  }
  if (!row.position || *row.position < span->first) return span->first;
  const auto tick = dag.timetable->next(*row.position);
  return tick && *tick <= span->last ? tick : std::nullopt;
}

bool reprocesses(ReprocessBehavior behavior, RunState state) {
  switch (behavior) {
    case ReprocessBehavior::none: return false;
    case ReprocessBehavior::failed: return state == RunState::failed;
    case ReprocessBehavior::completed: return is_terminal(state);
  }
  return false;
}

std::string backfill_run_id(Instant logical_date) {
  return "backfill__" + format_instant(logical_date);
}

std::vector<bool> backfilled_tasks(const Dag& dag, const BackfillRow& row) {
  std::vector<bool> chosen;
  if (row.task_ids.empty()) return chosen;
  TaskSelection what;
  for (const std::string& id : row.task_ids) what.tasks.push_back({id, std::nullopt});
  what.downstream = row.include_downstream;
  const InstanceFilter filter(dag, what, EditAction::clear);
  for (const Task& task : dag.tasks) chosen.push_back(filter.names(task.index, -1));
  add_setups_and_teardowns(dag, chosen);
  return chosen;
}

std::vector<TaskRef> backfilled_refs(const Dag& dag, const BackfillRow& row) {
  std::vector<TaskRef> refs;
  const std::vector<bool> chosen = backfilled_tasks(dag, row);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) refs.push_back({dag.tasks[i].id, std::nullopt});
  return refs;
}

Result<void> check_backfilled_tasks(const Dag& dag, const BackfillRow& row) {
  for (const std::string& id : row.task_ids)
    if (dag.find_task(id) == nullptr)
      return fail(ErrorCode::unprocessable,
                  "task_ids: DAG \"" + dag.id + "\" has no task \"" + id + "\"");
  return check_mapped_groups(dag, row);
}

std::string missing_outputs(const Dag& dag, const BackfillRow& row) {
  return missing_outputs(dag, row, [](const std::string&) { return false; });
}

std::string missing_outputs(const Dag& dag, const BackfillRow& row,
                            const std::function<bool(const std::string& task_id)>& is_there) {
  const std::vector<bool> chosen = backfilled_tasks(dag, row);
  for (const Task& task : dag.tasks) {
    if (chosen.empty() || !is_in(chosen, task.index)) continue;
    std::vector<TaskIndex> read = task.output_references;
    if (const Mapping* mapping = dag.mapping_of(task))
      read.insert(read.end(), mapping->output_references.begin(), mapping->output_references.end());
    for (const TaskIndex other : read)
      if (!is_in(chosen, other) && !is_there(dag.task(other).id))
        return "\"" + task.id + "\" reads the outputs of \"" + dag.task(other).id +
               "\", which is not among them";
  }
  return {};
}

Result<BackfillRow> draft_backfill(const Dag& dag, const CreateBackfill& command,
                                   std::int64_t max_runs, Instant now) {
  TRY(check_dates(dag, command, now));
  TRY(check_order(dag, command));
  TRY(resolve_params(dag, command.conf.is_null() ? nlohmann::json::object() : command.conf));
  BackfillRow row;
  row.from_date = command.from_date;
  row.to_date = command.to_date;
  row.max_active_runs = command.max_active_runs;
  row.run_backwards = command.run_backwards;
  row.reprocess = command.reprocess;
  row.run_on_latest_version = command.run_on_latest_version;
  row.conf = command.conf;
  row.task_ids = command.task_ids;
  row.include_downstream = command.include_downstream;
  TRY(check_tasks(dag, row));
  row.actor = command.actor.name;
  row.created_at = row.updated_at = now;
  if (const auto span = backfill_span(dag, row))
    row.total = dag.timetable->count(span->first, span->last, max_runs + 1);
  TRY(check_total(dag, command, row.total, max_runs));
  return row;
}

}  // namespace weft
