// The part of the supervisor that stops attempts: the kill ladder of each, looks at /proc for what
// is left of their trees, and the sweep for what escaped from attempts that ended by themselves.

#include <signal.h>

#include <algorithm>

#include "worker/runner/clock.h"
#include "worker/runner/process_table.h"
#include "worker/runner/supervisor.h"

namespace weft::worker {
namespace {

constexpr std::int64_t between_looks = 10 * ms;
constexpr std::int64_t between_sweeps = second;
// /proc is no single moment: a process that forked while it was read can be missed once.
constexpr int clean_looks_needed = 2;

}  // namespace

void Supervisor::cancel(std::int64_t id) {
  if (Attempt* attempt = find(id))
    stop(*attempt, StopReason::cancelled, attempt->kill_grace_ms * ms);
}

void Supervisor::cancel_all() {
  std::vector<Attempt*> fresh;
  const std::int64_t now = boottime_us();
  for (auto& [id, attempt] : attempts_) {
    const std::int64_t grace = attempt->kill_grace_ms * ms;
    if (attempt->clearing_up || !attempt->ladder.stop(StopReason::cancelled, now, grace)) continue;
    stopping_.insert(id);
    if (attempt->ladder.step() == KillLadder::Step::terminating) {
      timers_.set({TimerKind::kill_grace, id}, attempt->ladder.kill_at());
      fresh.push_back(attempt.get());
    }
  }
  terminate(fresh);
  look_soon();
}

void Supervisor::kill_all() {
  closed_ = true;
  for (auto& [id, attempt] : attempts_) stop(*attempt, StopReason::cancelled, 0);
}

void Supervisor::on_lease_end() {
  for (auto& [id, attempt] : attempts_) stop(*attempt, StopReason::lease_ended, 0);
}

void Supervisor::stop(Attempt& attempt, StopReason reason, std::int64_t grace_us) {
  if (attempt.clearing_up) return;  // it is over, and how is known
  const bool changed = attempt.ladder.stop(reason, boottime_us(), grace_us);
  stopping_.insert(attempt.id);
  if (attempt.ladder.step() == KillLadder::Step::terminating)
    timers_.set({TimerKind::kill_grace, attempt.id}, attempt.ladder.kill_at());
  if (!changed) return;
  if (attempt.ladder.step() == KillLadder::Step::terminating) {
    terminate({&attempt});
  } else {
    if (!attempt.reaped) kill(-attempt.pid, SIGKILL);
    look_soon();
  }
}

/// SIGTERM once to each process: some take a second one as "at once".
void Supervisor::terminate(const std::vector<Attempt*>& attempts) {
  if (attempts.empty()) return;
  const TreeView view = trees_.look(ProcessTable::snapshot());
  for (const Attempt* attempt : attempts) {
    const auto found = view.of_attempt.find(attempt->id);
    if (found == view.of_attempt.end()) continue;
    for (const pid_t pid : found->second) {
      kill(pid, SIGTERM);
      kill(pid, SIGCONT);  // one that is stopped could not act on it
    }
  }
}

void Supervisor::look_soon() {
  if (!stopping_.empty()) timers_.set({TimerKind::tree_check}, std::max(boottime_us(), next_look_));
}

/// Whether nothing is left of a stopping attempt; kills what is when its grace is over.
bool Supervisor::is_gone(Attempt& attempt, const std::vector<pid_t>& alive) {
  if (attempt.ladder.step() == KillLadder::Step::killing || attempt.clearing_up) {
    if (!attempt.reaped) kill(-attempt.pid, SIGKILL);
    for (const pid_t pid : alive) kill(pid, SIGKILL);
  }
  attempt.clean_looks = alive.empty() && attempt.reaped ? attempt.clean_looks + 1 : 0;
  return attempt.clean_looks >= clean_looks_needed;
}

void Supervisor::check_trees(std::int64_t now) {
  next_look_ = now + between_looks;
  TreeView view = trees_.look(ProcessTable::snapshot());
  const std::vector<std::int64_t> ids(stopping_.begin(), stopping_.end());
  for (const std::int64_t id : ids) {
    Attempt* attempt = find(id);
    if (attempt != nullptr && is_gone(*attempt, view.of_attempt[id])) finish(*attempt);
  }
  // The last of a tree that was asked to end tells us by SIGCHLD, so a slow look is enough then.
  const bool hurry = std::any_of(stopping_.begin(), stopping_.end(), [&](std::int64_t id) {
    const Attempt* attempt = find(id);
    return attempt->ladder.step() == KillLadder::Step::killing || attempt->clearing_up ||
           attempt->clean_looks > 0;
  });
  if (!stopping_.empty())
    timers_.set({TimerKind::tree_check}, now + (hurry ? 2 * between_looks : second / 4));
}

void Supervisor::sweep(std::int64_t now) {
  next_sweep_ = now + between_sweeps;
  const TreeView view = trees_.look(ProcessTable::snapshot());
  for (const pid_t pid : view.strays) kill(pid, SIGKILL);
  if (!view.strays.empty()) timers_.set({TimerKind::sweep}, next_sweep_);
}

void Supervisor::on_timer(TimerKey timer, std::int64_t now) {
  Attempt* attempt = timer.attempt == 0 ? nullptr : find(timer.attempt);
  if (timer.attempt != 0 && attempt == nullptr) return;
  switch (timer.kind) {
    case TimerKind::execution_timeout:
      return stop(*attempt, StopReason::timeout, attempt->kill_grace_ms * ms);
    case TimerKind::kill_grace:
      if (attempt->ladder.kill()) look_soon();
      return;
    case TimerKind::young_log: return log_grew(*attempt);
    case TimerKind::lease_end: return on_lease_end();
    case TimerKind::start_flush: starts_due_ = !report_.started.empty(); return;
    case TimerKind::log_growth: return collect_growth();
    case TimerKind::tree_check: return check_trees(now);
    case TimerKind::sweep: return sweep(now);
    case TimerKind::idle_exit: return;
  }
}

}  // namespace weft::worker
