#pragma once

// What the scheduler holds of assets: an event is put into the queue of each DAG that waits for
// the asset, then a timer looks whether the DAG's condition holds; so the events are stored when
// their run is made, and an event never leads to another within one step.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/scheduler/asset_rows.h"

namespace weft {

/// Beyond so many (asset, partition) pairs that wait, a DAG's further ones are told and dropped.
constexpr std::size_t max_asset_queue = 10'000;
/// A DAG that made runs makes further ones so much later: a cycle of DAGs must not fill the disk.
constexpr Duration asset_run_distance = std::chrono::seconds(1);
/// What templates see of a run's events at most: the newest.
constexpr int max_triggering_events = 1'000;

struct AssetState {
  AssetRow row;
  std::set<DagKey> consumers;  ///< DAGs whose schedule names it
};

/// What waits for a DAG's next asset-triggered runs.
struct AssetQueue {
  std::vector<AssetId> ids;                                       ///< of Dag::assets, by AssetIndex
  std::map<std::string, std::map<AssetId, AssetQueuedRow>> rows;  ///< by partition
  std::size_t size = 0;                                           ///< of all partitions
  std::set<std::string> to_check;            ///< partitions whose condition may hold now
  std::map<std::string, RunId> queued_runs;  ///< by partition: has not started
  bool armed = false;                        ///< a timer will look at to_check
  std::optional<Duration> made_at;           ///< the last time that runs were made
  bool told_full = false;
};

}  // namespace weft
