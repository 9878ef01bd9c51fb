// The writer's part of assets: their rows, and what the scheduler asks of them.

#include <algorithm>

#include "server/storage/rows.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<void> Writer::put(const AssetRow& row) {
  const std::string extra = dump(row.extra);
  return use(Sql::put_asset)
      .bind_all(row.id, row.uri, row.name, row.group, extra, row.created_at, row.updated_at)
      .run();
}

Result<void> Writer::put(const AssetReferences& row) {
  for (const AssetReference& reference : row.all) {
    TRY(use(Sql::put_asset_reference)
            .bind_all(reference.asset, row.dag, static_cast<int>(reference.kind), reference.task_id,
                      row.version, row.at, row.at)
            .run());
  }
  return use(Sql::delete_asset_references).bind_all(row.dag, row.version).run();
}

Result<void> Writer::put(const AssetEventRow& row) {
  const std::string extra = dump(row.extra);
  return use(Sql::insert_asset_event)
      .bind_all(row.id, row.asset, row.at, row.source_dag_id, row.source_run_id, row.source_task_id,
                row.source_map_index, extra, row.partition_key)
      .run();
}

Result<void> Writer::put(const AssetQueuedRow& row) {
  return use(Sql::put_asset_queued)
      .bind_all(row.dag, row.asset, row.partition_key, row.at, row.first_event, row.last_event)
      .run();
}

Result<void> Writer::put(const AssetQueuedDeleted& row) {
  return use(Sql::delete_asset_queued).bind_all(row.dag, row.asset, row.partition_key).run();
}

Result<void> Writer::put(const AssetConsumedRow& row) {
  return use(Sql::insert_asset_consumed)
      .bind_all(row.run, row.dag, row.asset, row.partition_key, row.first_event, row.last_event)
      .run();
}

std::vector<AssetConsumedRow> Writer::consumed_assets(RunId run) const {
  std::vector<AssetConsumedRow> rows;
  auto read = use(Sql::consumed_assets).bind_all(run).each([&](const Statement& row) {
    rows.push_back(asset_consumed_row(row));
  });
  if (!read && !failed_read_) failed_read_ = std::move(read).error();
  return rows;
}

std::vector<AssetEventRow> Writer::asset_events(AssetId asset, std::string_view partition_key,
                                                std::int64_t first, std::int64_t last,
                                                int most) const {
  std::vector<AssetEventRow> rows;
  auto read = use(Sql::asset_events)
                  .bind_all(asset, partition_key, first, last, most)
                  .each([&](const Statement& row) { rows.push_back(asset_event_row(row)); });
  if (!read && !failed_read_) failed_read_ = std::move(read).error();
  std::reverse(rows.begin(), rows.end());
  return rows;
}

std::optional<AssetEventRow> Writer::newest_asset_event(
    AssetId asset, const std::optional<std::string>& partition_key) const {
  std::optional<AssetEventRow> found;
  auto& statement = partition_key ? use(Sql::newest_of_partition).bind_all(asset, *partition_key)
                                  : use(Sql::newest_asset_event).bind_all(asset);
  auto read = statement.each([&](const Statement& row) { found = asset_event_row(row); });
  if (!read && !failed_read_) failed_read_ = std::move(read).error();
  return found;
}

Result<void> Writer::load_assets(Snapshot& snapshot) const {
  TRY(use(Sql::assets).each([&](const Statement& row) {
    snapshot.assets.push_back(asset_row(row));
  }));
  return use(Sql::asset_queue).each([&](const Statement& row) {
    snapshot.asset_queue.push_back(asset_queued_row(row));
  });
}

}  // namespace weft::storage
