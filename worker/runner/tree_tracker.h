#pragma once

// Which process belongs to which attempt. The runner is the subreaper of all it started, so every
// descendant of an attempt, however often it forked or called setsid, is a descendant of the
// runner: what is left to find out is whose. The line of parents says it while they live; for
// orphans the group, the session, what was seen earlier, or WEFT_ATTEMPT_ID in the environment.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "worker/runner/process_table.h"

namespace weft::worker {

/// Looks up WEFT_ATTEMPT_ID of a process of this runner's session; nullopt when it has none.
using AttemptOfEnvironment = std::function<std::optional<std::int64_t>(pid_t)>;

/// What one look at the process table showed.
struct TreeView {
  std::unordered_map<std::int64_t, std::vector<pid_t>> of_attempt;  ///< active attempts only
  std::vector<pid_t> strays;  ///< what attempts that are over left behind; a process that hides
                              ///< whose it is counts once none, or as the one's that it can be
};

/// Pure but for the look-up of environments.
class TreeTracker {
 public:
  TreeTracker(pid_t runner, AttemptOfEnvironment attempt_of_environment)
      : runner_(runner), attempt_of_environment_(std::move(attempt_of_environment)) {}

  /// An attempt began; `start_ticks` is a time at or before its start.
  void add(std::int64_t attempt, pid_t main, std::uint64_t start_ticks);
  /// The attempt is over: what is left of it is stray.
  void remove(std::int64_t attempt);

  /// Attributes every living process of the table.
  TreeView look(const ProcessTable& table);

 private:
  struct Active {
    pid_t main = 0;
    std::uint64_t start_ticks = 0;
  };
  using ProcessName = std::pair<pid_t, std::uint64_t>;  // pid, start time

  /// The processes from `process` up to the runner's child; empty when it is not ours.
  std::vector<const Process*> line_of(const ProcessTable& table, const Process& process) const;
  std::optional<std::int64_t> owner_of(const std::vector<const Process*>& line) const;
  std::vector<std::int64_t> possible_owners(const Process& process) const;

  pid_t runner_;
  AttemptOfEnvironment attempt_of_environment_;
  std::unordered_map<std::int64_t, Active> active_;
  std::unordered_map<pid_t, std::int64_t> by_main_;
  std::map<ProcessName, std::int64_t> seen_;
};

}  // namespace weft::worker
