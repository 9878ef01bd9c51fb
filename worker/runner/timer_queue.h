#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace weft::worker {

/// What a timer is for. The last four belong to no attempt.
enum class TimerKind : std::uint8_t {
  execution_timeout,
  kill_grace,
  young_log,
  lease_end,
  start_flush,
  log_growth,
  tree_check,
  sweep,
  idle_exit,
};

struct TimerKey {
  TimerKind kind{};
  std::int64_t attempt = 0;
  auto operator<=>(const TimerKey&) const = default;
};

/// Deadlines by key: at most one each. Pure; the caller brings the time (boottime µs).
class TimerQueue {
 public:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  /// Sets or moves the deadline of `key`.
  void set(TimerKey key, std::int64_t at) {
    const auto [found, fresh] = at_.try_emplace(packed(key), at);
    if (!fresh) {
      if (found->second == at) return;
      order_.erase({found->second, key});
      found->second = at;
    }
    order_.insert({at, key});
  }
  void cancel(TimerKey key) {
    const auto found = at_.find(packed(key));
    if (found == at_.end()) return;
    order_.erase({found->second, key});
    at_.erase(found);
  }
  bool is_set(TimerKey key) const { return at_.contains(packed(key)); }

  /// The earliest deadline, or `never`.
  std::int64_t earliest() const { return order_.empty() ? never : order_.begin()->first; }

  /// Takes out one timer that is due at `now`.
  std::optional<TimerKey> pop_due(std::int64_t now) {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    const TimerKey key = order_.begin()->second;
    cancel(key);
    return key;
  }

 private:
  static std::uint64_t packed(TimerKey key) {
    return static_cast<std::uint64_t>(key.attempt) << 4 | static_cast<std::uint64_t>(key.kind);
  }

  std::unordered_map<std::uint64_t, std::int64_t> at_;
  std::set<std::pair<std::int64_t, TimerKey>> order_;
};

}  // namespace weft::worker
