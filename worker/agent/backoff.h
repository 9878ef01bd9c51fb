#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace weft::worker {

/// Delays between tries: doubling from 100 ms to 5 s, each with jitter so that a thousand workers
/// don't come back in the same moment.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  /// Microseconds until the next try.
  std::int64_t next() {
    const std::int64_t full = std::min<std::int64_t>(100'000LL << std::min(tries_, 6), 5'000'000);
    ++tries_;
    return full / 2 + std::uniform_int_distribution<std::int64_t>(0, full / 2)(random_);
  }
  void reset() { tries_ = 0; }

 private:
  std::mt19937_64 random_;
  int tries_ = 0;
};

}  // namespace weft::worker
