#include "server/storage/queries/warnings.h"

#include "server/core/scheduler/change.h"

namespace weft::storage {

Result<std::vector<LostTask>> list_lost_tasks(Reader& reader) {
  // The text is looked into only where it names a pool at all.
  Statement& statement = reader.prepare(
      "SELECT d.dag_id, json_extract(t.value, '$.task_id'), json_extract(t.value, '$.pool') AS "
      "named "
      "FROM dag d CROSS JOIN dag_version v ON v.id = d.current_version "
      "CROSS JOIN json_each(v.canonical, '$.tasks') t "
      "WHERE d.is_stale = 0 AND instr(v.canonical, '\"pool\":') > 0 "
      "AND named IS NOT NULL AND named NOT IN (SELECT name FROM pool) ORDER BY d.dag_id, t.key");
  std::vector<LostTask> tasks;
  const ReadBudget budget(reader);
  TRY(budget.check(statement.each([&](Statement& row) {
    tasks.push_back({.dag_id = row.string(0), .task_id = row.string(1), .pool = row.string(2)});
  })));
  return tasks;
}

Result<std::vector<AssetFlow>> list_asset_flows(Reader& reader) {
  // kind: 0 schedule, 2 outlet.
  Statement& statement = reader.prepare(
      "SELECT d.dag_id, f.kind, asset.uri FROM asset_reference f CROSS JOIN dag d ON d.key = f.dag "
      "CROSS JOIN asset ON asset.id = f.asset WHERE f.kind IN (0, 2) AND d.is_stale = 0 "
      "AND EXISTS (SELECT 1 FROM asset_reference other WHERE other.asset = f.asset "
      "AND other.kind = 2 - f.kind) ORDER BY d.dag_id");
  std::vector<AssetFlow> flows;
  const ReadBudget budget(reader);
  TRY(budget.check(statement.each([&](Statement& row) {
    if (flows.empty() || flows.back().dag_id != row.text(0))
      flows.push_back({.dag_id = row.string(0), .produces = {}, .consumes = {}});
    const bool waits = row.integer(1) == static_cast<int>(AssetReference::Kind::schedule);
    (waits ? flows.back().consumes : flows.back().produces).push_back(row.string(2));
  })));
  return flows;
}

}  // namespace weft::storage
