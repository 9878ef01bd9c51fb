#pragma once

// A whole scheduler on a database in memory, one worker, virtual time: for scenarios by name.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/core/scheduler/state.h"
#include "server/storage/writer.h"

namespace weft::test {

class Lab {
 public:
  /// A step changes at most so much.
  explicit Lab(std::size_t max_changes = 1000);

  /// Applies and commits; a refused command answers its error.
  Result<Answer> apply(const Command& command);
  /// A DAG from `keys` of its file, without the braces. The file must be good.
  void put_dag(const std::string& dag_id, const std::string& keys);
  void put_pool(const std::string& name, int slots, bool include_deferred = false);
  /// A run of this id; with a logical date: so many days after 2026-01-01.
  void trigger(const std::string& dag_id, const std::string& run_id, int day = -1,
               const nlohmann::json& conf = nullptr);
  void mark(const std::string& dag_id, const std::string& run_id, MarkRun::To to);
  /// A worker "w" with so many slots for these queues.
  void work(int slots, const std::vector<std::string>& queues = {"default"});

  /// From now on the worker says nothing while time passes, or it does again.
  void fall_silent(bool silent = true) { silent_ = silent; }

  /// Timers that are due and postponed work, step by step, until there is none.
  void settle();
  /// One such step.
  void step() { (void)apply(FireTimers{}); }
  /// Steps only when asked to, from now on.
  void hold_still(bool still = true) { still_ = still; }
  /// Time passes, and what is due in it happens.
  void pass(Duration time);
  /// The server is killed and comes back.
  void restart();

  /// What the worker has, as "run.task" or "run.task[2]", in order.
  std::set<std::string> held() const;
  /// Ends what the worker has under this name.
  void finish(const std::string& name, AttemptState outcome = AttemptState::success,
              int exit_code = 0, const nlohmann::json& outputs = nullptr);
  /// Ends as a success whatever the worker gets, until it has nothing.
  void finish_all();

  /// "success" …; "" when there is none.
  std::string state(const std::string& dag_id, const std::string& run_id,
                    const std::string& task_id, int map_index = -1) const;
  std::string run_state(const std::string& dag_id, const std::string& run_id) const;
  InstanceRow row(const std::string& dag_id, const std::string& run_id, const std::string& task_id,
                  int map_index = -1) const;
  /// The codes of explain.
  std::vector<std::string> why(const std::string& dag_id, const std::string& run_id,
                               const std::string& task_id, int map_index = -1) const;
  std::string why_text(const std::string& dag_id, const std::string& run_id,
                       const std::string& task_id, int map_index = -1) const;

  /// How many commands it has applied.
  std::size_t steps() const { return steps_; }
  const Scheduler& scheduler() const { return *scheduler_; }
  storage::Writer& writer() { return *writer_; }
  Now now() const { return now_; }
  /// All changes so far.
  const std::vector<Change>& changes() const { return changes_; }

 private:
  void build();
  void register_worker();

  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<Scheduler> scheduler_;
  Now now_{Instant(std::chrono::seconds(1'767'225'600)), std::chrono::seconds(5)};
  std::vector<Change> changes_;
  std::map<std::string, AttemptId> held_;
  SchedulerConfig config_;
  bool still_ = false;
  bool silent_ = false;
  std::size_t steps_ = 0;
  int slots_ = 0;
  std::vector<std::string> queues_;
};

}  // namespace weft::test
