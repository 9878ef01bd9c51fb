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

/// A field of `with` that says when. Errors: the field, the expression and the reason.
Result<Instant> instant_from(const Template& text, const Scope& scope, std::string_view field);

/// What a sensor.asset waits for.
struct AwaitedAsset {
  AssetId asset;
  std::string uri;
  std::optional<std::string> partition_key;  ///< nullopt: any
  std::optional<Instant> since;              ///< nullopt: of any age

  /// `an event of asset "u", partition "p", since 2026-01-01T00:00:00+00:00`
  std::string words() const;
};
/// Errors: the expression and the reason.
Result<AwaitedAsset> awaited_asset(const Scheduler::State& s, const ActiveRun& run,
                                   const SensorAsset& sensor, const Scope& scope);

/// From the end of a poke to the next, after so many of them in this try.
Duration poke_delay(const Task& task, int pokes);

/// Why a task that waits without a worker waits.
void explain_waiting(const Scheduler::State& s, const ActiveRun& run, const Instance& instance,
                     std::vector<Reason>& reasons);

/// The run that a trigger_dag task made; nullopt when it is not there any more.
std::optional<RunRow> triggered_run(const Scheduler::State& s, const ActiveRun& run,
                                    const Instance& instance);

}  // namespace weft
