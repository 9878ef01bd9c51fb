#include "server/storage/queries/views.h"

#include "server/storage/queries/list.h"

namespace weft::storage {
namespace {

/// Newest first along run_by_run_after.
constexpr std::string_view columns_from =
    "SELECT r.id, r.run_id, (SELECT v.number FROM dag_version v WHERE v.id = r.version), r.type, "
    "r.state, r.logical_date, r.run_after, r.queued_at, r.started_at, r.ended_at FROM run r "
    "WHERE r.dag = ?";
constexpr std::string_view columns_order = " ORDER BY r.run_after DESC, r.id DESC LIMIT ?";

RunColumn make_column(Statement& row) {
  return {.id = row.id<RunId>(0),
          .run_id = row.string(1),
          .version_number = row.integer(2),
          .type = static_cast<RunType>(row.integer(3)),
          .state = static_cast<RunState>(row.integer(4)),
          .logical_date = row.optional_instant(5),
          .run_after = row.instant(6),
          .queued_at = row.instant(7),
          .started_at = row.optional_instant(8),
          .ended_at = row.optional_instant(9)};
}

Result<void> visit_dates(Statement& statement, const RunDateVisitor& visit) {
  return statement.each(
      [&](Statement& row) { visit(row.instant(0), static_cast<RunState>(row.integer(1))); });
}

}  // namespace

Result<std::vector<RunColumn>> list_run_columns(Reader& reader, DagKey dag,
                                                std::optional<RunPosition> before,
                                                std::int64_t limit) {
  std::string sql(columns_from);
  if (before) sql += " AND (r.run_after, r.id) < (?, ?)";
  Statement& statement = reader.prepare(sql.append(columns_order));
  if (before)
    statement.bind_all(dag, before->run_after, before->id, limit);
  else
    statement.bind_all(dag, limit);
  std::vector<RunColumn> runs;
  TRY(statement.each([&](Statement& row) { runs.push_back(make_column(row)); }));
  return runs;
}

Result<void> visit_cells(Reader& reader, const std::vector<RunColumn>& columns,
                         const CellVisitor& visit) {
  Statement& statement = reader.prepare(
      "SELECT task_id, map_index, state FROM task_instance WHERE run = ? "
      "ORDER BY task_id, map_index");
  const ReadBudget budget(reader);  // of all together
  for (std::size_t i = 0; i < columns.size(); ++i) {
    statement.bind(1, columns[i].id);
    TRY(budget.check(statement.each([&](Statement& row) {
      visit(i, row.text(0), static_cast<int>(row.integer(1)),
            static_cast<TaskState>(row.integer(2)));
    })));
  }
  return {};
}

Result<void> visit_run_dates(Reader& reader, DagKey dag, Instant from, Instant to,
                             const RunDateVisitor& visit) {
  Statement& dated = reader.prepare(
      "SELECT logical_date, state FROM run WHERE dag = ? AND logical_date IS NOT NULL "
      "AND logical_date >= ? AND logical_date < ?");
  const ReadBudget budget(reader);
  TRY(budget.check(visit_dates(dated.bind_all(dag, from, to), visit)));
  Statement& undated = reader.prepare(
      "SELECT run_after, state FROM run WHERE dag = ? AND run_after >= ? AND run_after < ? "
      "AND logical_date IS NULL");
  return budget.check(visit_dates(undated.bind_all(dag, from, to), visit));
}

Result<std::vector<InstanceTimes>> list_instance_times(Reader& reader, RunId run) {
  Statement& statement = reader.prepare(
      "SELECT id, task_id, map_index, state, try_number, scheduled_at, queued_at, started_at, "
      "ended_at FROM task_instance WHERE run = ?");
  statement.bind(1, run);
  std::vector<InstanceTimes> instances;
  const ReadBudget budget(reader);
  TRY(budget.check(statement.each([&](Statement& row) {
    instances.push_back({.id = row.id<InstanceId>(0),
                         .task_id = row.string(1),
                         .map_index = static_cast<std::int32_t>(row.integer(2)),
                         .state = static_cast<TaskState>(row.integer(3)),
                         .try_number = static_cast<std::int32_t>(row.integer(4)),
                         .scheduled_at = row.optional_instant(5),
                         .queued_at = row.optional_instant(6),
                         .started_at = row.optional_instant(7),
                         .ended_at = row.optional_instant(8)});
  })));
  return instances;
}

Result<std::vector<TrySpan>> list_try_spans(Reader& reader, InstanceId instance) {
  Statement& statement = reader.prepare(
      "SELECT try_number, state, queued_at, started_at, ended_at FROM attempt WHERE instance = ? "
      "ORDER BY try_number, id");
  statement.bind(1, instance);
  std::vector<TrySpan> tries;
  TRY(statement.each([&](Statement& row) {
    const auto number = static_cast<std::int32_t>(row.integer(0));
    if (tries.empty() || tries.back().try_number != number)
      tries.push_back({.try_number = number, .queued_at = row.instant(2)});
    TrySpan& span = tries.back();
    span.state = static_cast<AttemptState>(row.integer(1));
    if (!span.started_at) span.started_at = row.optional_instant(3);
    span.ended_at = row.optional_instant(4);
  }));
  return tries;
}

}  // namespace weft::storage
