#pragma once

// What is stored of assets: what there is, who names it, what happened to it, who waits for it and
// which run had which events.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/instant.h"

namespace weft {

/// Table `asset`; never deleted.
struct AssetRow {
  AssetId id;
  std::string uri;   ///< unique
  std::string name;  ///< the uri unless a DAG gave one
  std::string group;
  nlohmann::json extra;  ///< object
  Instant created_at{}, updated_at{};
};

/// What a DAG's current version says about an asset.
struct AssetReference {
  enum class Kind : std::uint8_t { schedule = 0, inlet = 1, outlet = 2 };
  AssetId asset;
  Kind kind = Kind::schedule;
  std::string task_id;  ///< "" for schedule
  auto operator<=>(const AssetReference&) const = default;
};

/// All references of a DAG, in place of those before. Table `asset_reference`.
struct AssetReferences {
  DagKey dag;
  VersionId version;
  Instant at{};
  std::vector<AssetReference> all;  ///< without doubles
};

/// An asset was made or changed. Table `asset_event`; never changed.
struct AssetEventRow {
  std::int64_t id = 0;
  AssetId asset;
  Instant at{};
  /// The task that made it; "" when it came by the API.
  std::string source_dag_id, source_run_id, source_task_id;
  std::int32_t source_map_index = -1;
  nlohmann::json extra;  ///< object
  std::string partition_key;
};

/// Events that wait for a run of a DAG. Table `asset_queue`, keyed by (dag, asset, partition_key).
struct AssetQueuedRow {
  DagKey dag;
  AssetId asset;
  std::string partition_key;
  Instant at{};                                  ///< of the first one
  std::int64_t first_event = 0, last_event = 0;  ///< with all of the partition between
};
struct AssetQueuedDeleted {
  DagKey dag;
  AssetId asset;
  std::string partition_key;
};

/// The events that a run was made for: those of its partition in this range, which no other run
/// of its DAG has. Table `asset_consumed`, keyed by (run, asset).
struct AssetConsumedRow {
  RunId run;
  DagKey dag;
  AssetId asset;
  std::string partition_key;
  std::int64_t first_event = 0, last_event = 0;
};

}  // namespace weft
