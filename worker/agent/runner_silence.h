#pragma once

#include <algorithm>
#include <cstdint>

namespace weft::worker {

/// Judges a runner that does not answer. One that is stopped or gone is given up soon. One that
/// lives has one thread, which a slow disk or network file system can hold up: it gets longer, but
/// never beyond the lease's end, at which it would kill its attempts if it could. No I/O: all times
/// are boottime microseconds.
class RunnerSilence {
 public:
  static constexpr std::int64_t ping_after = 1'000'000;  ///< without a word
  static constexpr std::int64_t limit = 2'000'000;       ///< without an answer to a ping
  static constexpr std::int64_t patience = 20'000'000;   ///< the same, for one that lives

  enum class Verdict : std::uint8_t { fine, ping, gone };

  void start(std::int64_t now) {
    last_check_ = now;
    heard(now);
  }
  void heard(std::int64_t now) {
    last_heard_ = now;
    ping_sent_ = 0;
  }

  /// `lease_end` is when all attempts must be dead, 0 = not known. `is_stopped()` looks at the
  /// process, and is asked only when it matters.
  template <class IsStopped>
  Verdict check(std::int64_t now, std::int64_t lease_end, IsStopped is_stopped) {
    // When we ourselves did not get the CPU, the runner's answer may just not be read yet.
    const bool we_were_late = now - last_check_ > ping_after + ping_after / 2;
    last_check_ = now;
    lease_end_ = lease_end;
    if (ping_sent_ == 0) {
      if (now - last_heard_ < ping_after) return Verdict::fine;
      ping_sent_ = now;
      return Verdict::ping;
    }
    if (we_were_late) ping_sent_ = now;
    const std::int64_t silent = now - ping_sent_;
    if (silent < limit) return Verdict::fine;
    const bool is_over = silent >= patience || now >= lease_end || is_stopped();
    return is_over ? Verdict::gone : Verdict::fine;
  }

  /// When check must be called next.
  std::int64_t wakeup() const {
    if (ping_sent_ == 0) return last_heard_ + ping_after;
    // Also in between, so that being late can be told from its being silent.
    std::int64_t at = last_check_ + ping_after;
    for (const std::int64_t end : {ping_sent_ + limit, ping_sent_ + patience, lease_end_})
      if (end > last_check_) at = std::min(at, end);
    return at;
  }

 private:
  std::int64_t last_heard_ = 0;
  std::int64_t last_check_ = 0;
  std::int64_t ping_sent_ = 0;  ///< 0 = none is unanswered
  std::int64_t lease_end_ = 0;
};

}  // namespace weft::worker
