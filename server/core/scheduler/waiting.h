#pragma once

// What a sensor.task waits for, seen the same way by the step that schedules and by explain.

#include <string>
#include <vector>

#include "server/core/scheduler/state.h"

namespace weft {

struct AwaitedTask {
  std::string dag_id;
  std::string task_id;  ///< "": the whole run
  Instant logical_date{};

  /// `task "t" of DAG "d" at 2026-01-01T00:00:00+00:00`
  std::string words() const;
};

/// Errors: the expression and the reason.
Result<AwaitedTask> awaited_task(const ActiveRun& run, const SensorTask& sensor,
                                 const Scope& scope);

/// How that stands now.
struct AwaitedNow {
  std::vector<TaskState> states;  ///< of all its instances; empty: not there yet
  Awaited awaited;                ///< the list to wait in
  std::string error;              ///< not empty: it can never come
};
AwaitedNow look_up(const Scheduler::State& s, const AwaitedTask& target);

/// From the end of a poke to the next, after so many of them in this try.
Duration poke_delay(const Task& task, int pokes);

/// Why a task that waits without a worker waits.
void explain_waiting(const Scheduler::State& s, const ActiveRun& run, const Instance& instance,
                     std::vector<Reason>& reasons);

/// The run that a trigger_dag task made; nullopt when it is not there any more.
std::optional<RunRow> triggered_run(const Scheduler::State& s, const ActiveRun& run,
                                    const Instance& instance);

}  // namespace weft
