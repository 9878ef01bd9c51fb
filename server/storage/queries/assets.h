#pragma once

// Assets, what happened to them and who waits for them.

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// An asset with its latest event.
struct AssetRecord {
  AssetRow row;
  std::optional<std::int64_t> last_event;
  std::optional<Instant> last_event_at;
};
/// Names for filters: the columns of `asset`.
bool is_asset_order(std::string_view name);
Result<Listing<AssetRecord>> list_assets(Reader& reader, const Filter& filter,
                                         const std::vector<Order>& order, Page page);
Result<std::optional<AssetRecord>> find_asset(Reader& reader, AssetId id);
Result<std::optional<AssetRecord>> find_asset_by_uri(Reader& reader, std::string_view uri);
/// Only assets that a DAG with a file names; with `dag_ids`, one of these.
void add_asset_users(Filter& filter, const std::vector<std::string>& dag_ids, bool only_active);
/// Only DAGs (`d.`) that wait for assets, or only those that don't; with `pattern`, for one whose
/// name or uri has it.
void add_asset_schedule(Filter& filter, std::optional<bool> has,
                        const std::optional<std::string>& pattern);

/// A DAG, or a task of it, that names an asset.
struct AssetUse {
  AssetReference::Kind kind = AssetReference::Kind::schedule;
  std::string dag_id, task_id;
  Instant created_at{}, updated_at{};
};
/// By DAGs that have a file, in order.
Result<std::vector<AssetUse>> list_asset_uses(Reader& reader, AssetId asset);

/// An event with the names of its asset.
struct AssetEventRecord {
  AssetEventRow row;
  std::string uri, name, group;
};
/// Names for filters: `e.` asset_event, `asset.` its asset.
bool is_asset_event_order(std::string_view name);
Result<Listing<AssetEventRecord>> list_asset_events(Reader& reader, const Filter& filter,
                                                    const std::vector<Order>& order, Page page);
Result<std::optional<AssetEventRecord>> find_asset_event(Reader& reader, std::int64_t id);
/// The events that a run was made for, by id.
Result<Listing<AssetEventRecord>> list_upstream_events(Reader& reader, RunId run, Page page);

/// A run that was made for an event.
struct ConsumingRun {
  std::string dag_id;
  RunRow row;
};
Result<std::vector<ConsumingRun>> list_consuming_runs(Reader& reader, const AssetEventRow& event);

/// Events of an asset that wait for a run of a DAG.
struct QueuedAsset {
  std::string dag_id, display_name;
  AssetId asset;
  Instant at{};  ///< of the first
};
/// Names for filters: `q.` asset_queue, `d.` its DAG. By DAG and asset.
Result<std::vector<QueuedAsset>> list_queued_assets(Reader& reader, const Filter& filter);

}  // namespace weft::storage
