#include "server/storage/queries/jobs.h"

#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "j.id, j.kind, j.state, j.dag, j.run, j.action, j.actor, j.spec, j.runs_total, j.runs_done, "
    "j.changed, j.created_at, j.updated_at, j.ended_at, d.dag_id, "
    "(SELECT v.display_name FROM dag_version v WHERE v.id = d.current_version), "
    "(SELECT r.run_id FROM run r WHERE r.id = j.run)";
constexpr std::string_view from = "FROM job j CROSS JOIN dag d ON d.key = j.dag";

constexpr OrderColumn order_columns[] = {
    {"id", "j.id"},
    {"dag_id", "d.dag_id"},
    {"state", "j.state"},
    {"job_type", "j.action"},
    {"start_date", "j.created_at"},
    {"end_date", "j.ended_at"},
    {"latest_heartbeat", "j.updated_at"},
};

JobRecord make_job(Statement& row) {
  JobRecord job;
  job.row.id = row.id<JobId>(0);
  job.row.kind = static_cast<JobRow::Kind>(row.integer(1));
  job.row.state = static_cast<JobRow::State>(row.integer(2));
  job.row.dag = row.id<DagKey>(3);
  job.row.run = row.id<RunId>(4);
  job.row.action = row.string(5);
  job.row.actor = row.string(6);
  job.row.spec = nlohmann::json::parse(row.text(7), nullptr, false);
  job.row.runs_total = row.integer(8);
  job.row.runs_done = row.integer(9);
  job.row.changed = row.integer(10);
  job.row.created_at = row.instant(11);
  job.row.updated_at = row.instant(12);
  job.row.ended_at = row.optional_instant(13);
  job.dag_id = row.string(14);
  job.dag_display_name = row.string(15);
  job.run_id = row.string(16);
  return job;
}

RunHead make_run(Statement& row) {
  return {row.id<RunId>(0), row.id<VersionId>(1), static_cast<RunState>(row.integer(2)),
          row.optional_instant(3)};
}

template <class Row, class Make>
Result<std::vector<Row>> all(Statement& statement, Make make) {
  std::vector<Row> rows;
  TRY(statement.each([&](Statement& row) { rows.push_back(make(row)); }));
  return rows;
}

}  // namespace

bool is_job_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<JobRecord>> list_jobs(Reader& reader, const Filter& filter,
                                     const std::vector<Order>& order, Page page) {
  return select_page(reader, columns, from, filter, order_by(order_columns, order, "j.id"), page,
                     make_job);
}

Result<std::optional<JobRecord>> find_job(Reader& reader, JobId job) {
  Filter filter;
  filter.add_equal("j.id", job.value);
  return select_one(reader, columns, from, filter, make_job);
}

Result<std::vector<RunHead>> run_heads_by_date(Reader& reader, DagKey dag, Instant after,
                                               Instant to, int limit) {
  Statement& statement = reader.prepare(
      "SELECT id, version, state, logical_date FROM run WHERE dag = ? AND logical_date IS NOT NULL "
      "AND logical_date > ? AND logical_date <= ? ORDER BY logical_date LIMIT ?");
  statement.bind_all(dag, after, to, limit);
  return all<RunHead>(statement, make_run);
}

Result<std::vector<RunHead>> run_heads_by_id(Reader& reader, DagKey dag, RunId after, int limit) {
  Statement& statement = reader.prepare(
      "SELECT id, version, state, logical_date FROM run WHERE dag = ? AND id > ? ORDER BY id "
      "LIMIT ?");
  statement.bind_all(dag, after, limit);
  return all<RunHead>(statement, make_run);
}

Result<std::vector<InstanceHead>> instance_heads(Reader& reader, RunId run) {
  Statement& statement = reader.prepare(
      "SELECT task_id, map_index, state FROM task_instance WHERE run = ? ORDER BY id");
  statement.bind_all(run);
  return all<InstanceHead>(statement, [](Statement& row) -> InstanceHead {
    return {row.string(0), static_cast<std::int32_t>(row.integer(1)),
            static_cast<TaskState>(row.integer(2))};
  });
}

}  // namespace weft::storage
