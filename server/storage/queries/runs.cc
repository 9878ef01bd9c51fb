#include "server/storage/queries/runs.h"

#include "server/storage/queries/keyset.h"
#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "r.id, r.dag, r.version, r.run_id, r.type, r.triggered_by, r.state, r.logical_date, "
    "r.data_interval_start, r.data_interval_end, r.run_after, r.queued_at, r.started_at, "
    "r.ended_at, r.conf, r.note, r.reason, r.actor, r.failed_tasks, r.materialized, "
    "r.partition_key, v.number, v.created_at, d.dag_id, v.display_name, d.bundle";
// CROSS JOIN keeps the order: the run is looked for, the rest belongs to it.
constexpr std::string_view from =
    "FROM run r CROSS JOIN dag d ON d.key = r.dag CROSS JOIN dag_version v ON v.id = r.version";

constexpr OrderColumn order_columns[] = {
    {"id", "r.id", false},
    {"state", "r.state", false},
    {"dag_id", "d.dag_id", false},
    {"run_id", "r.run_id", false},
    {"dag_run_id", "r.run_id", false},
    {"logical_date", "r.logical_date"},
    {"run_after", "r.run_after", false},
    {"start_date", "r.started_at"},
    {"end_date", "r.ended_at"},
    {"updated_at", run_updated_at},
    // The beginning tells enough apart; a cursor carries it.
    {"conf", "substr(r.conf, 1, 256)"},
    {"duration", run_duration},
};

std::optional<DataInterval> make_interval(Statement& row, int column) {
  if (row.is_null(column) || row.is_null(column + 1)) return std::nullopt;
  return DataInterval{row.instant(column), row.instant(column + 1)};
}

RunRow make_row(Statement& row) {
  return {.id = row.id<RunId>(0),
          .dag = row.id<DagKey>(1),
          .version = row.id<VersionId>(2),
          .run_id = row.string(3),
          .type = static_cast<RunType>(row.integer(4)),
          .triggered_by = static_cast<TriggeredBy>(row.integer(5)),
          .state = static_cast<RunState>(row.integer(6)),
          .logical_date = row.optional_instant(7),
          .data_interval = make_interval(row, 8),
          .run_after = row.instant(10),
          .queued_at = row.instant(11),
          .started_at = row.optional_instant(12),
          .ended_at = row.optional_instant(13),
          .conf = nlohmann::json::parse(row.text(14), nullptr, false),
          .note = row.string(15),
          .reason = row.string(16),
          .actor = row.string(17),
          .failed_tasks = static_cast<std::int32_t>(row.integer(18)),
          .materialized = row.boolean(19),
          .partition_key = row.string(20)};
}

RunRecord make_run(Statement& row) {
  RunRecord record{.row = make_row(row)};
  record.version = {.id = record.row.version,
                    .dag = record.row.dag,
                    .number = row.integer(21),
                    .created_at = row.instant(22),
                    .dag_id = row.string(23),
                    .display_name = row.string(24),
                    .bundle = row.string(25)};
  return record;
}

}  // namespace

bool is_run_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<RunRecord>> list_runs(Reader& reader, const RunQuery& query) {
  Source source{.columns = columns, .from = std::string(from), .counted = "FROM run r"};
  if (query.filter.names("d")) source.counted += " CROSS JOIN dag d ON d.key = r.dag";
  if (query.filter.names("v")) source.counted += " CROSS JOIN dag_version v ON v.id = r.version";
  Filter filter;
  // Without a DAG the list walks along the ids (or run_after), as far as the page needs.
  if (query.dag)
    filter.add_equal("r.dag", query.dag->value);
  else
    source.walk = "r.id > 0";
  filter.add(query.filter);
  return select_sorted(reader, source, filter, sort_terms(order_columns, query.order, "r.id"),
                       query.page, make_run);
}

Result<std::optional<RunRecord>> find_run(Reader& reader, DagKey dag, std::string_view run_id) {
  Filter filter;
  filter.add_equal("r.dag", dag.value);
  filter.add_equal("r.run_id", std::string(run_id));
  return select_one(reader, columns, from, filter, make_run);
}

Result<std::optional<RunRecord>> find_run_by_logical_date(Reader& reader, DagKey dag, Instant at) {
  Filter filter;
  filter.add_equal("r.dag", dag.value);
  filter.add_equal("r.logical_date", to_micros(at));
  return select_one(reader, columns, from, filter, make_run);
}

Result<std::optional<RunRecord>> latest_run(Reader& reader, DagKey dag) {
  Statement& statement =
      reader.prepare("SELECT id FROM run WHERE dag = ? ORDER BY run_after DESC, id DESC LIMIT 1");
  statement.bind(1, dag);
  TRY_ASSIGN(const bool found, statement.step());
  if (!found) return std::nullopt;
  Filter by_id;
  by_id.add_equal("r.id", statement.integer(0));
  statement.reset();
  return select_one(reader, columns, from, by_id, make_run);
}

Result<std::map<RunState, std::int64_t>> count_runs_by_state(Reader& reader, DagKey dag) {
  Statement& statement =
      reader.prepare("SELECT state, count(*) FROM run WHERE dag = ? GROUP BY state");
  statement.bind(1, dag);
  std::map<RunState, std::int64_t> counts;
  TRY(statement.each(
      [&](Statement& row) { counts[static_cast<RunState>(row.integer(0))] = row.integer(1); }));
  return counts;
}

Result<std::vector<RunCounts>> count_runs_between(
    Reader& reader, const std::vector<Instant>& bounds,
    const std::optional<std::vector<std::string>>& dag_ids) {
  // Along run_outcomes, without a look at the rows unless it matters whose they are.
  std::string sql =
      "SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), "
      "count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3) "
      "FROM run INDEXED BY run_outcomes WHERE run_after >= ? AND run_after < ?";
  if (dag_ids)
    sql += " AND dag IN (SELECT key FROM dag WHERE dag_id IN (SELECT value FROM json_each(?)))";
  const std::string dags = dag_ids ? json_list(*dag_ids) : std::string();
  Statement& statement = reader.prepare(sql);
  const ReadBudget budget(reader);  // of all together
  std::vector<RunCounts> counts;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    statement.bind(1, bounds[i]).bind(2, bounds[i + 1]);
    if (dag_ids) statement.bind(3, dags);
    RunCounts& window = counts.emplace_back();
    TRY(budget.check(statement.each([&](Statement& row) {
      for (std::size_t state = 0; state < window.size(); ++state)
        window[state] = row.integer(static_cast<int>(state));
    })));
  }
  return counts;
}

Result<std::optional<RunState>> run_state(Reader& reader, RunId run) {
  Statement& statement = reader.prepare("SELECT state FROM run WHERE id = ?");
  statement.bind(1, run);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<RunState> state;
  if (found) state = static_cast<RunState>(statement.integer(0));
  statement.reset();
  return state;
}

}  // namespace weft::storage
