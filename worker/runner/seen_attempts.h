#pragma once

#include <cstddef>
#include <cstdint>
#include <set>

namespace weft::worker {

/// The attempt ids a runner has been given, so that none runs twice. Bounded: ids grow, so when
/// the set is full the smallest are forgotten and everything up to them counts as seen.
class SeenAttempts {
 public:
  explicit SeenAttempts(std::size_t limit = 65'536) : limit_(limit) {}

  /// Notes one; false when it was seen before, or is so old that it may have been.
  bool add(std::int64_t attempt) {
    if (attempt <= floor_ || !seen_.insert(attempt).second) return false;
    if (seen_.size() > limit_) {
      floor_ = *seen_.begin();
      seen_.erase(seen_.begin());
    }
    return true;
  }

 private:
  std::size_t limit_;
  std::int64_t floor_ = 0;
  std::set<std::int64_t> seen_;
};

}  // namespace weft::worker
