#pragma once

// The heart: a pure, deterministic state machine. No clock, no randomness, no I/O, no threads, no
// locks, no log. One thread owns it (server/engine); the simulation runs it with a virtual clock.
//
//   command ──► commands/*.cc ──► graph · attempts · admission · calendar · edits ──► Changes
//
// A newcomer reads command.h, change.h, transition.cc, then this file, then commands/ in any order.

#include <memory>
#include <optional>
#include <string_view>

#include "server/core/scheduler/change.h"
#include "server/core/scheduler/command.h"
#include "server/core/scheduler/history.h"

namespace weft {

/// The time of a step. `steady` never jumps and starts anywhere: durations, leases, retries.
/// `wall` may jump: schedules, and what is shown to people.
struct Now {
  Instant wall{};
  Duration steady{};
};

struct SchedulerConfig {
  Duration lease = std::chrono::seconds(60);
  Duration stop_lease = std::chrono::minutes(15);
  Duration unreachable_after = std::chrono::seconds(15);
  Duration starvation_after = std::chrono::seconds(30);
  std::size_t max_changes_per_step = 1000;  ///< larger work goes on with the next FireTimers
  std::size_t max_queued_runs_per_dag = 10'000;
  std::int64_t max_runs_per_backfill = 1'000'000;
};

struct Applied {
  Result<Answer> answer;
  Changes changes;
};

/// When FireTimers has something to do: whichever comes first.
struct Deadline {
  std::optional<Duration> steady;
  std::optional<Instant> wall;
};

class Scheduler {
 public:
  /// From nothing or from what a start found. `history` must outlive it.
  Scheduler(SchedulerConfig config, const History& history, Snapshot snapshot, Now now);
  ~Scheduler();

  /// One step: changes are complete when it returns; a refused command has none.
  Applied apply(const Command& command, Now now);

  Deadline next_deadline() const;
  /// Is there work that the last step left for the next FireTimers?
  bool has_postponed_work() const;

  /// Why does this DAG make no run now, and of one that is paused, what would unpausing start?
  /// Read-only. Errors: not_found.
  Result<Explanation> explain_dag(std::string_view dag_id, Now now) const;
  /// Why is this not running? Read-only. Errors: not_found.
  Result<Explanation> explain_run(std::string_view dag_id, std::string_view run_id) const;
  Result<Explanation> explain_task(std::string_view dag_id, std::string_view run_id,
                                   std::string_view task_id, int map_index, Now now) const;

  /// What CreateBackfill would do: the first `most` dates. Read-only. Errors: as CreateBackfill's.
  Result<BackfillPlan> plan_backfill(const CreateBackfill& command, std::size_t most,
                                     Now now) const;

  struct State;  ///< server/core/scheduler/state.h, for the commands and the simulation's checker
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace weft
