#pragma once

// Owns all attempts of a runner: starts them, reads their pipes, keeps their deadlines, stops
// their trees and makes their results. It is driven by the runner's loop (events in, a report
// out) and knows nothing of the socket to the agent.

#include <sys/resource.h>

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "worker/duration_units.h"
#include "worker/runner/arrived_leases.h"
#include "worker/runner/attempt.h"
#include "worker/runner/environment.h"
#include "worker/runner/messages.h"
#include "worker/runner/secret_patterns.h"
#include "worker/runner/seen_attempts.h"
#include "worker/runner/spawn.h"
#include "worker/runner/timer_queue.h"
#include "worker/runner/tree_tracker.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// What a pipe's epoll event carries.
constexpr std::uint64_t pipe_event(std::int64_t attempt, std::size_t stream) {
  return static_cast<std::uint64_t>(attempt) << 2 | stream;
}

/// Single-threaded. REQUIRES: SIGCHLD blocked and read by the loop; the process is a subreaper.
class Supervisor {
 public:
  static constexpr std::size_t max_attempts = 20'000;

  /// `state_dir` is absolute and has the folders logs, outputs and scratch. Pipes are added to
  /// `epoll_fd` with pipe_event as data. `timers` belongs to the loop.
  Supervisor(std::string state_dir, std::string session, int epoll_fd, TimerQueue& timers);

  void configure(const RunnerConfig& config);

  /// Starts an attempt, or reports at once why it cannot be; an attempt seen before is ignored.
  void run(const wire::Lease& lease);
  void cancel(std::int64_t attempt);
  void cancel_all();
  /// Kills everything without grace and takes nothing more.
  void kill_all();
  /// The server has this result.
  void confirm(std::int64_t attempt) { unconfirmed_.erase(attempt); }
  /// Boottime at which all attempts are killed if it isn't moved on; 0 = never.
  void set_lease_end(std::int64_t boot_us);

  void on_pipe(std::int64_t attempt, std::size_t stream);
  void on_child_signal();
  void on_timer(TimerKey timer, std::int64_t now);

  /// Whether something should be told now rather than with the next result.
  bool has_news() const {
    return starts_due_ || !report_.finished.empty() || !report_.grown.empty();
  }
  /// What happened since the last call.
  RunnerReport take_report();
  /// Everything that a new connection must know: what runs and what was not confirmed.
  RunnerReport whole_state() const;

  bool is_running() const { return !attempts_.empty(); }
  bool is_idle() const { return attempts_.empty() && unconfirmed_.empty(); }

 private:
  using WriteEnds = std::array<UniqueFd, 2>;

  void start(const wire::Lease& lease);
  Result<void> spawn_attempt(const wire::Lease& lease, Attempt& attempt);
  Result<WriteEnds> open_pipes(Attempt& attempt);
  void note_start(const Attempt& attempt);
  void refuse(const wire::Lease& lease, std::string why, AttemptState outcome);

  void stop(Attempt& attempt, StopReason reason, std::int64_t grace_us);
  void terminate(const std::vector<Attempt*>& attempts);
  void look_soon();
  void check_trees(std::int64_t now);
  bool is_gone(Attempt& attempt, const std::vector<pid_t>& alive);
  void sweep(std::int64_t now);
  void on_lease_end();
  void reap(std::vector<Attempt*>& ended);
  bool has_orphans() const;
  void clear_up(Attempt& attempt);
  void finish(Attempt& attempt);
  void add_outputs(wire::AttemptResult& result);
  void report_finished(wire::AttemptResult result);
  void log_grew(Attempt& attempt);
  void collect_growth();
  Attempt* find(std::int64_t attempt);

  std::string state_dir_;
  std::string session_;
  int epoll_fd_;
  TimerQueue& timers_;
  RunnerConfig config_;
  Environment environment_;
  CommandFinder commands_;
  SecretPatternsCache secrets_;
  TreeTracker trees_;
  UniqueFd null_fd_;
  UniqueFd outputs_dir_;
  rlimit open_files_{};
  SeenAttempts seen_;
  ArrivedLeases arrived_;
  std::int64_t lease_end_us_ = 0;
  bool closed_ = false;

  std::unordered_map<std::int64_t, std::unique_ptr<Attempt>> attempts_;
  std::unordered_map<pid_t, Attempt*> by_pid_;
  std::set<std::int64_t> stopping_;
  std::int64_t next_look_ = 0;
  std::int64_t next_sweep_ = 0;
  std::unordered_map<std::int64_t, wire::AttemptResult> unconfirmed_;
  std::set<std::int64_t> grown_;
  RunnerReport report_;
  bool starts_due_ = false;
  std::string buffer_;
  LogClock log_clock_;
};

}  // namespace weft::worker
