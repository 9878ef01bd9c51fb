// Walks along the runs of a DAG, for edits of many.

#include "server/storage/rows.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

RunKey run_key(const Statement& row) {
  return {row.id<RunId>(0), row.optional_instant(1), row.instant(2), row.optional_instant(3)};
}

std::int64_t count(const Statement& row) {
  return row.integer(0);
}

}  // namespace

template <class Row, class Read>
std::vector<Row> Writer::all(Sql sql, Read read) const {
  std::vector<Row> rows;
  auto done = use(sql).each([&](const Statement& row) { rows.push_back(read(row)); });
  if (!done && !failed_read_) failed_read_ = std::move(done).error();
  return rows;
}

std::vector<RunKey> Writer::runs_by_id(DagKey dag, RunId after, RunId last, int limit) const {
  use(Sql::runs_by_id).bind_all(dag, after, last, limit);
  return all<RunKey>(Sql::runs_by_id, run_key);
}

std::vector<RunKey> Writer::runs_by_date(DagKey dag, Instant after, Instant last, int limit) const {
  use(Sql::runs_by_date).bind_all(dag, after, last, limit);
  return all<RunKey>(Sql::runs_by_date, run_key);
}

std::int64_t Writer::count_runs_by_id(DagKey dag, RunId last) const {
  use(Sql::count_runs_by_id).bind_all(dag, last);
  const auto counts = all<std::int64_t>(Sql::count_runs_by_id, count);
  return counts.empty() ? 0 : counts.front();
}

std::int64_t Writer::count_runs_by_date(DagKey dag, Instant after, Instant last) const {
  use(Sql::count_runs_by_date).bind_all(dag, after, last);
  const auto counts = all<std::int64_t>(Sql::count_runs_by_date, count);
  return counts.empty() ? 0 : counts.front();
}

std::vector<InstanceId> Writer::instance_ids(RunId run, int limit) const {
  use(Sql::some_instances).bind_all(run, limit);
  return all<InstanceId>(Sql::some_instances,
                         [](const Statement& row) { return row.id<InstanceId>(0); });
}

}  // namespace weft::storage
