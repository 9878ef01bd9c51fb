#pragma once

#include <array>
#include <cstdint>

#include "server/core/scheduler/history.h"
#include "server/telemetry/metric.h"

namespace weft {

/// What the rows of a batch come to, gathered while it is applied: counted only once it is
/// committed.
struct StateTally {
  std::array<std::int64_t, 4> runs{};         ///< by RunState: how many more are in it
  std::array<std::uint64_t, 4> runs_ended{};  ///< … came to it, and to their end
  std::array<std::int64_t, 13> instances{};   ///< by TaskState
  std::array<std::uint64_t, 13> instances_ended{};
  std::uint64_t attempts_started = 0;
  std::array<std::uint64_t, 9> attempts_ended{};  ///< by AttemptState

  void note(const EventRow& event);
};

/// What the engine counts of itself, from its start on. Written by the engine's thread alone (the
/// inbox's size under the inbox's lock), read by any: see server/telemetry/metric.h.
struct EngineStats {
  telemetry::Counter commands;        ///< applied and committed
  telemetry::Counter commits;         ///< of transactions that changed something
  telemetry::Counter failed_batches;  ///< rolled back
  telemetry::Histogram commit_took{telemetry::short_bounds()};
  telemetry::Gauge inbox;  ///< commands that wait
  /// Of the oldest command that waited, each time the engine took what there was.
  telemetry::Histogram lag{telemetry::short_bounds()};

  /// By RunState and TaskState, of what is not over: the rest stands still.
  std::array<telemetry::Gauge, 4> runs;
  std::array<telemetry::Gauge, 13> instances;
  std::array<telemetry::Counter, 4> runs_ended;
  std::array<telemetry::Counter, 13> instances_ended;
  telemetry::Counter attempts_started;
  std::array<telemetry::Counter, 9> attempts_ended;

  /// All that is active, before the first batch and after each that failed.
  void begin_with(const Snapshot& snapshot);
  void add(const StateTally& tally);
};

}  // namespace weft
