#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "proto/wire/vocabulary.h"

namespace weft::api {

/// One letter per state, for texts that have one character per task instance.
constexpr char letter_of(TaskState state) {
  constexpr std::array<char, 13> letters = {'n', 'c', 'q', 'r', 's', 'f', 'k',
                                            'u', 'y', 'e', 'd', 'x', 't'};
  return letters[static_cast<std::size_t>(state)];
}
/// Where a run has no instance of a task.
inline constexpr char no_instance = '.';

/// Which of several states stands for all of them: the one with the lowest number, in Airflow's
/// order.
constexpr int severity_of(TaskState state) {
  constexpr std::array<TaskState, 13> order = {
      TaskState::failed,       TaskState::upstream_failed,
      TaskState::up_for_retry, TaskState::up_for_reschedule,
      TaskState::queued,       TaskState::scheduled,
      TaskState::deferred,     TaskState::running,
      TaskState::restarting,   TaskState::none,
      TaskState::success,      TaskState::skipped,
      TaskState::removed};
  for (std::size_t i = 0; i < order.size(); ++i)
    if (order[i] == state) return static_cast<int>(i);
  return static_cast<int>(order.size());
}

/// States counted, e.g. of the instances of a mapped task.
struct StateCounts {
  std::array<std::int64_t, 13> of{};

  void add(TaskState state, std::int64_t count = 1) {
    of[static_cast<std::size_t>(state)] += count;
  }
  /// The letter of the worst; no_instance when there is none.
  constexpr char letter() const {
    int worst = 99;
    char letter = no_instance;
    for (std::size_t i = 0; i < of.size(); ++i) {
      const auto state = static_cast<TaskState>(i);
      if (of[i] == 0 || severity_of(state) >= worst) continue;
      worst = severity_of(state);
      letter = letter_of(state);
    }
    return letter;
  }
};

}  // namespace weft::api
