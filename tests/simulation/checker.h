#pragma once

// What must hold after every step, judged from outside: from the rows and events that a step
// made, with rules written a second time from the documentation, never with the scheduler's own.

#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/core/scheduler/state.h"
#include "tests/simulation/asset_ledger.h"
#include "tests/simulation/report.h"
#include "tests/simulation/rule_table.h"

namespace weft::sim {

/// An invariant is broken; what() says which and how.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Checker {
 public:
  explicit Checker(Report& report) : report_(report) {}

  /// After a step was applied, before it is written. Throws Violation.
  void step(const Command& command, const Applied& applied, const Scheduler& scheduler);
  /// The batch is durable.
  void committed() {
    undo_.clear();
    assets_.committed();
  }
  /// The batch is lost: what it told us never happened.
  void rolled_back();
  /// After a restart: the tables and the replayed events must be equal. Throws Violation.
  void compare(const Snapshot& snapshot) const;
  /// Every run is over and nothing is held. Throws Violation.
  void at_rest(const Scheduler& scheduler) const;

  /// A worker began to execute an attempt (invariant 5). Throws Violation.
  void execution_began(AttemptId attempt, const std::string& instance);
  void execution_ended(AttemptId attempt, const std::string& instance);
  /// A caller was told that this run exists.
  void acknowledged(const std::string& dag_id, const std::string& run_id);

  const std::map<RunId, RunRow>& runs() const { return runs_; }
  std::uint64_t trace() const { return trace_; }

 private:
  struct Known {
    InstanceRow row;
    InstanceRow before;  ///< as it was when it was written before
    TaskState by_events = TaskState::none;
    int failures = 0, losses = 0;  ///< counted from attempts' outcomes
    AttemptState last_outcome = AttemptState::queued;
    int last_exit_code = -1;
    bool has_outcome = false;  ///< of which no change of state came yet
  };

  void see(const DagRow& row);
  void see(const VersionRow& row);
  void see(const RunRow& row);
  void see(const InstanceRow& row);
  void see(const MappingRow& row);
  void see(const AttemptRow& row);
  void see(const EventRow& row);
  void see(const PoolRow& row);
  void see(const PoolDeleted& row);
  void see(const WorkerRow& row);
  void see(const BackfillRow& row);
  void see(const JobRow& row);
  void see(const InstanceDeleted& row);
  void see(const RunDeleted& row);
  void see(const DagDeleted& row);
  void see(const OutputsWritten& row);
  void see(const OutputRow& row);
  void see(const OutputDeleted& row);
  template <class Row>
  void see(const Row&) {}

  void begin_step(const Command& command);
  void task_event(const EventRow& event);
  bool is_end(const EventRow& event) const;
  bool began_anew(const EventRow& event, Known& known);
  /// The states of what counts for an instance, and what of it is still to be made.
  std::vector<const Known*> upstreams(const InstanceRow& row, const Task& task,
                                      const Task& upstream, int& unmade) const;
  /// Counts of what the rule of a task sees.
  Seen seen_by(const InstanceRow& row, const Task& task, const std::vector<TaskIndex>& before,
               bool& after_branch) const;
  /// True while what is outside of the group must not see it.
  bool is_held(RunId run, std::int32_t group) const;
  bool maps_with_group(const EventRow& event, const Known& known, const Task& task) const;
  void teardown_left_none(const EventRow& event, const Known& known, const Task& task);
  void left_none(const EventRow& event, const Known& known, const Task& task);
  void begins_try(const Known& known, const Task& task) const;
  bool poked(const EventRow& event, Known& known, const Task& task) const;
  void ended_try(const EventRow& event, Known& known, const Task& task);
  void granted(const AttemptRow& row);
  void in_pool(const Task& task);
  void keys(const AttemptRow& row, const InstanceRow& instance, const Task& task) const;
  /// What holds this task back in the run before, in words; "" when nothing does.
  std::string past(const InstanceRow& row, const Task& task) const;
  /// What a task that needs no worker came to.
  void left_waiting(const EventRow& event, Known& known, const Task& task);
  void waited_for(const EventRow& event, const Known& known, const Task& task) const;
  void see(const AssetRow& row);
  void see(const AssetEventRow& row);
  void see(const ApprovalAnswered& row);
  void left_scheduled(const EventRow& event, Known& known, const Task& task);
  void lease(const LeaseGranted& lease);
  void map_of(const LeaseGranted& lease, const InstanceRow& row) const;
  void outputs_of(const LeaseGranted& lease, const RunRow& run) const;
  nlohmann::json outputs_of(InstanceId instance) const;
  void deletion_began(const DagRow& row);
  void owners(const Scheduler& scheduler) const;
  void note_edited(const Scheduler& scheduler);
  void capacities(const Scheduler& scheduler) const;
  void note_cursor(const DagRow& row);
  void ticks_passed(const Changes& changes);
  void backfilled(const RunRow& row) const;
  bool left_out(const RunRow& run, const Task& task) const;
  bool may_rerun(const Command& command) const;
  void backfill_limits(const Scheduler& scheduler) const;
  void backfills_at_rest() const;
  bool waits_well(const Scheduler& scheduler, const ActiveRun& run, const Instance& instance) const;
  const Dag& dag_of(RunId run) const;
  const Task& task_of(const InstanceRow& row) const;
  void hash(std::uint64_t value);

  template <class Map, class Key, class Value>
  void put(Map& map, const Key& key, Value value);
  template <class Map, class Key>
  void drop(Map& map, const Key& key);

  Report& report_;
  std::map<DagKey, DagRow> dags_;
  std::map<VersionId, std::shared_ptr<const Dag>> versions_;
  std::map<RunId, RunRow> runs_;
  std::map<InstanceId, Known> instances_;
  std::map<std::pair<RunId, std::string>, MappingRow> mappings_;
  std::map<RunId, bool> reopened_;  ///< went on after their end
  std::set<RunId> untold_;          ///< made in this step, later than what its events told so far
  std::set<RunId> edited_, still_edited_;
  std::set<InstanceId> made_;  ///< elements made in this step, some later than its events
  std::map<AttemptId, AttemptRow> attempts_;
  std::map<std::string, std::int64_t> pools_{{"default_pool", 128}};
  std::map<std::string, bool> counts_deferred_;
  std::map<WorkerId, bool> drained_;
  std::map<std::string, std::int64_t> pool_used_;
  std::map<std::string, std::int64_t> pool_deferred_;
  std::map<AssetId, std::string> asset_uris_;
  std::map<std::int64_t, AssetEventRow> asset_events_;
  std::map<InstanceId, std::string> answers_;  ///< the option chosen last
  std::map<std::string, std::int64_t> run_used_;
  std::map<std::pair<DagKey, Instant>, RunId> dates_;
  std::map<std::pair<DagKey, Instant>, bool> forgotten_dates_;  ///< of runs that were deleted
  std::map<BackfillId, BackfillRow> backfills_;
  struct Passed {
    DagKey dag;
    Instant from{}, to{};
  };
  std::vector<Passed> passed_;  ///< cursors that went on in this step
  std::set<std::pair<std::string, std::string>> acknowledged_;
  std::map<std::string, AttemptId> executing_;  ///< by instance
  std::set<AttemptId> executed_;
  std::set<AttemptId> cancel_requested_;
  bool edit_ = false;  ///< this step does what people asked for: ends, marks, clears
  std::map<std::pair<RunId, std::string>, std::set<InstanceId>> by_task_;
  std::map<JobId, JobRow> jobs_;                              ///< not done
  std::map<std::pair<std::string, std::string>, bool> gone_;  ///< deleted runs: dag id, run id
  std::map<DagKey, bool> deleting_, gone_dags_;
  std::map<InstanceId, nlohmann::json> outputs_;  ///< of those that have some
  bool left_open_ = false;  ///< a clear left a run that is over as it is, with instances to do
  AssetLedger assets_;
  std::vector<std::function<void()>> undo_;
  std::uint64_t trace_ = 14695981039346656037ULL;
};

template <class Map, class Key, class Value>
void Checker::put(Map& map, const Key& key, Value value) {
  auto it = map.find(key);
  if (it == map.end())
    undo_.push_back([&map, key] { map.erase(key); });
  else
    undo_.push_back([&map, key, old = it->second] { map[key] = old; });
  map.insert_or_assign(key, std::move(value));
}

template <class Map, class Key>
void Checker::drop(Map& map, const Key& key) {
  auto it = map.find(key);
  if (it == map.end()) return;
  undo_.push_back([&map, key = it->first, old = it->second] { map[key] = old; });
  map.erase(it);
}

}  // namespace weft::sim
