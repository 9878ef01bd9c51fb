#pragma once

// DAGs that start each other by assets, round and round.

#include <string>
#include <vector>

namespace weft {

/// What one DAG's tasks make, and on what it is scheduled: assets by their uri.
struct AssetFlow {
  std::string dag_id;
  std::vector<std::string> produces, consumes;
};

/// DAGs each of which leads to every other, and to itself.
struct AssetCycle {
  /// The DAG makes the asset on which the next DAG is scheduled; the last leads to the first.
  struct Step {
    std::string dag_id, asset;
    bool operator==(const Step&) const = default;
  };
  std::vector<Step> steps;             ///< one of the shortest through the first dag_id
  std::vector<std::string> entangled;  ///< the DAGs beside those of `steps`, sorted
};

/// One per knot of DAGs that no others lead out of and back, by dag_id; the same for any order of
/// `flows`. Each part of a DAG's schedule counts by itself, be it of an "all" or an "any". Costs
/// sorting, and then time that grows with what is produced and consumed; no recursion.
std::vector<AssetCycle> find_asset_cycles(const std::vector<AssetFlow>& flows);

/// `a -(x)-> b -(y)-> a`, whole, with what follows from it and the way out.
std::string describe(const AssetCycle& cycle);

}  // namespace weft
