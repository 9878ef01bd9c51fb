#pragma once

// The words that cross process borders and stand in the database as small integers. Never
// renumber; add at the end. Names are Airflow's.

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft {

enum class RunState : std::uint8_t { queued = 0, running = 1, success = 2, failed = 3 };

/// `none` is null in the API.
enum class TaskState : std::uint8_t {
  none = 0,
  scheduled = 1,
  queued = 2,   ///< handed to a worker
  running = 3,  ///< the worker said that it started
  success = 4,
  failed = 5,
  skipped = 6,
  upstream_failed = 7,
  up_for_retry = 8,
  up_for_reschedule = 9,
  deferred = 10,
  removed = 11,
  restarting = 12,
};

enum class RunType : std::uint8_t { scheduled = 0, manual = 1, asset_triggered = 2, backfill = 3 };

enum class TriggeredBy : std::uint8_t {
  timetable = 0,
  rest_api = 1,
  ui = 2,
  cli = 3,
  dag_operator = 4,  ///< "operator" in JSON: a trigger_dag task
  asset = 5,
  backfill = 6,
};

/// Queued and running are where an attempt lives; the rest are its one terminal outcome.
enum class AttemptState : std::uint8_t {
  queued = 0,
  running = 1,
  success = 2,
  failed = 3,
  skipped = 4,      ///< the skip exit code
  timed_out = 5,    ///< execution_timeout; follows the retry rules
  cancelled = 6,    ///< by a person, a run's end or a clear; not retried
  lost = 7,         ///< infrastructure: the worker or its lease; burns no retry
  rescheduled = 8,  ///< a poke of a sensor that found nothing: another one continues its try
};

constexpr bool is_terminal(RunState s) {
  return s == RunState::success || s == RunState::failed;
}
constexpr bool is_terminal(TaskState s) {
  return s == TaskState::success || s == TaskState::failed || s == TaskState::skipped ||
         s == TaskState::upstream_failed || s == TaskState::removed;
}
constexpr bool is_terminal(AttemptState s) {
  return s >= AttemptState::success;
}

/// Names as in JSON; static storage.
std::string_view name_of(RunState);
std::string_view name_of(TaskState);
std::string_view name_of(RunType);
std::string_view name_of(TriggeredBy);
std::string_view name_of(AttemptState);

/// nullopt for an unknown name.
std::optional<RunState> run_state_from(std::string_view name);
std::optional<TaskState> task_state_from(std::string_view name);
std::optional<RunType> run_type_from(std::string_view name);
std::optional<TriggeredBy> triggered_by_from(std::string_view name);
std::optional<AttemptState> attempt_state_from(std::string_view name);

}  // namespace weft
