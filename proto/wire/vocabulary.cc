#include "proto/wire/vocabulary.h"

#include <array>

namespace weft {
namespace {

constexpr std::array<std::string_view, 4> run_states{"queued", "running", "success", "failed"};
constexpr std::array<std::string_view, 13> task_states{
    "none",     "scheduled", "queued",          "running",      "success",
    "failed",   "skipped",   "upstream_failed", "up_for_retry", "up_for_reschedule",
    "deferred", "removed",   "restarting"};
constexpr std::array<std::string_view, 4> run_types{"scheduled", "manual", "asset_triggered",
                                                    "backfill"};
constexpr std::array<std::string_view, 7> triggers{"timetable", "rest_api", "ui",      "cli",
                                                   "operator",  "asset",    "backfill"};
constexpr std::array<std::string_view, 9> attempt_states{"queued",    "running", "success",
                                                         "failed",    "skipped", "timed_out",
                                                         "cancelled", "lost",    "rescheduled"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(RunState s) {
  return run_states[static_cast<std::size_t>(s)];
}
std::string_view name_of(TaskState s) {
  return task_states[static_cast<std::size_t>(s)];
}
std::string_view name_of(RunType t) {
  return run_types[static_cast<std::size_t>(t)];
}
std::string_view name_of(TriggeredBy t) {
  return triggers[static_cast<std::size_t>(t)];
}
std::string_view name_of(AttemptState s) {
  return attempt_states[static_cast<std::size_t>(s)];
}

std::optional<RunState> run_state_from(std::string_view name) {
  return find<RunState>(run_states, name);
}
std::optional<TaskState> task_state_from(std::string_view name) {
  return find<TaskState>(task_states, name);
}
std::optional<RunType> run_type_from(std::string_view name) {
  return find<RunType>(run_types, name);
}
std::optional<TriggeredBy> triggered_by_from(std::string_view name) {
  return find<TriggeredBy>(triggers, name);
}
std::optional<AttemptState> attempt_state_from(std::string_view name) {
  return find<AttemptState>(attempt_states, name);
}

}  // namespace weft
