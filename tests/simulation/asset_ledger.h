#pragma once

// The checker's book of assets: every event goes to each DAG that waits for its asset exactly once,
// or still waits. Judged from rows and the DAGs' files alone.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "server/core/scheduler/state.h"

namespace weft::sim {

class AssetLedger {
 public:
  /// After a step. `edit`: its command may settle tasks by itself. Throws Violation.
  void step(const Command& command, const Changes& changes, bool edit, const Scheduler& scheduler);
  void committed() { saved_.reset(); }
  void rolled_back();
  /// What the tables hold is what waits. Throws Violation.
  void compare(const Snapshot& snapshot) const;

 private:
  using Key = std::tuple<DagKey, AssetId, std::string>;  ///< dag, asset, partition
  struct DagBook {
    std::string dag_id;
    nlohmann::json tree;         ///< of the file's schedule; null: none
    std::set<std::string> uris;  ///< in it
    bool is_paused = false, is_stale = false;
    VersionId version;
  };
  struct Book {
    std::map<AssetId, std::string> uris;
    std::map<DagKey, DagBook> dags;
    std::map<VersionId, std::pair<nlohmann::json, std::shared_ptr<const Dag>>> versions;
    std::map<Key, std::set<std::int64_t>> pending;
    std::map<Key, std::int64_t> taken;                                 ///< the last that a run had
    std::set<RunId> runs;                                              ///< all that are known
    std::map<std::pair<DagKey, std::string>, std::set<RunId>> queued;  ///< asset-triggered ones
    std::map<RunId, std::pair<std::string, VersionId>> names;          ///< "dag run", version
  };

  void see_dags(const Changes& changes);
  void see_runs(const Changes& changes);
  void consume(const AssetConsumedRow& row);
  void forget(const Command& command, const AssetQueuedDeleted& row);
  void forget_dag(DagKey dag);
  void add(const AssetEventRow& row);
  void outlets(const Changes& changes) const;
  void queues(const Changes& changes) const;
  void somebody_looks(const Scheduler& scheduler) const;
  bool holds(const nlohmann::json& tree, const std::set<std::string>& there) const;
  std::set<std::string> waiting(DagKey dag, const std::string& partition) const;

  Book book_;
  std::optional<Book> saved_;  ///< as it was before this batch
};

}  // namespace weft::sim
