#include "server/storage/queries/old_runs.h"

namespace weft::storage {
namespace {

/// Of a DAG, from the oldest on: most of what is old has ended.
constexpr int oldest_looked_at = 100;

/// The newest run that may go; 0: none.
Result<RunId> newest_to_go(Reader& reader, DagKey dag, int keep_last) {
  Statement& statement =
      reader.prepare("SELECT id FROM run WHERE dag = ? ORDER BY id DESC LIMIT 1 OFFSET ?");
  statement.bind(1, dag).bind(2, keep_last);
  TRY_ASSIGN(const bool found, statement.step());
  const RunId run = found ? statement.id<RunId>(0) : RunId{};
  statement.reset();
  return run;
}

Result<bool> has_old(Reader& reader, DagKey dag, RunId last, Instant before) {
  Statement& statement =
      reader.prepare("SELECT ended_at FROM run WHERE dag = ? AND id <= ? ORDER BY id LIMIT ?");
  statement.bind(1, dag).bind(2, last).bind(3, oldest_looked_at);
  bool found = false;
  TRY(statement.each([&](Statement& row) {
    const auto ended = row.optional_instant(0);
    found = found || (ended && *ended < before);
  }));
  return found;
}

}  // namespace

Result<std::vector<OldRuns>> old_runs(Reader& reader, Instant before, int keep_last) {
  std::vector<std::pair<DagKey, std::string>> dags;
  TRY(reader.prepare("SELECT key, dag_id FROM dag").each([&](Statement& row) {
    dags.emplace_back(row.id<DagKey>(0), row.string(1));
  }));
  std::vector<OldRuns> old;
  for (auto& [key, dag_id] : dags) {
    TRY_ASSIGN(const RunId last, newest_to_go(reader, key, keep_last));
    if (!last) continue;
    TRY_ASSIGN(const bool has, has_old(reader, key, last, before));
    if (has) old.push_back({std::move(dag_id), last});
  }
  return old;
}

Result<std::vector<RunId>> deleted_runs(Reader& reader, DagKey dag,
                                        const std::vector<RunId>& runs) {
  // Whatever is deleted leaves the highest number of its time behind.
  TRY_ASSIGN(const std::int64_t highest,
             reader.database().query_integer("SELECT run FROM retired_ids"));
  Statement& statement = reader.prepare("SELECT dag FROM run WHERE id = ?");
  std::vector<RunId> deleted;
  for (const RunId run : runs) {
    if (run.value > highest) continue;
    statement.bind(1, run);
    TRY_ASSIGN(const bool found, statement.step());
    if (!found || statement.id<DagKey>(0) != dag) deleted.push_back(run);
    statement.reset();
  }
  return deleted;
}

}  // namespace weft::storage
