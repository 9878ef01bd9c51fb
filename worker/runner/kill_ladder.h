#pragma once

#include <cstdint>

namespace weft::worker {

/// Why an attempt is stopped from outside; none when it ended by itself.
enum class StopReason : std::uint8_t { none, timeout, cancelled, lease_ended };

/// How far the stopping of one attempt has got:
///
///   running ──stop──► terminating ──grace passed──► killing ──tree gone──► (result)
///      └────────── stop without grace ────────────────▲
///
/// Terminating asks every process of the tree with SIGTERM, killing takes SIGKILL until none is
/// left. Pure.
class KillLadder {
 public:
  enum class Step : std::uint8_t { running, terminating, killing };

  /// Asks for a stop with `grace_us` between SIGTERM and SIGKILL. The first reason stays; a later
  /// stop can only shorten the grace. Returns whether the step changed.
  bool stop(StopReason reason, std::int64_t now, std::int64_t grace_us) {
    if (step_ == Step::killing) return false;
    if (reason_ == StopReason::none) reason_ = reason;
    if (grace_us <= 0) return kill();
    if (step_ == Step::terminating) {
      if (now + grace_us < kill_at_) kill_at_ = now + grace_us;
      return false;
    }
    step_ = Step::terminating;
    kill_at_ = now + grace_us;
    return true;
  }

  /// The grace has passed. Returns whether the step changed.
  bool kill() {
    if (step_ == Step::killing) return false;
    step_ = Step::killing;
    return true;
  }

  Step step() const { return step_; }
  StopReason reason() const { return reason_; }
  /// Valid in terminating.
  std::int64_t kill_at() const { return kill_at_; }

 private:
  Step step_ = Step::running;
  StopReason reason_ = StopReason::none;
  std::int64_t kill_at_ = 0;
};

}  // namespace weft::worker
