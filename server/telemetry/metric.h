#pragma once

// What the server counts of itself, and the text in which it tells it (exposition.h). The folder
// knows nothing of DAGs and uses base alone.
//
// Threads: these words are the one thing that is shared and changes without a message, and that is
// alright because nothing is ever decided by them. Each is written by one thread (the engine's or
// the loop's, as its owner says), read by whoever answers a scrape, and an atomic, so no value is
// torn. Relaxed order lets a reader see one counter a moment before another: a scrape that came a
// moment earlier would have seen the same.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/instant.h"

namespace weft::telemetry {

/// Only ever grows.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// How long things took.
class Histogram {
 public:
  static constexpr std::size_t max_bounds = 12;

  /// `bounds` (ascending, static storage, at most max_bounds) are the largest durations of the
  /// buckets; one more takes the rest.
  explicit Histogram(std::span<const Duration> bounds);

  void observe(Duration took);

  std::span<const Duration> bounds() const { return bounds_; }
  /// Of bucket `i` alone; `bounds().size()` is the one of the rest.
  std::uint64_t count(std::size_t i) const { return counts_.at(i).value(); }
  Duration sum() const { return Duration(static_cast<std::int64_t>(micros_.value())); }

 private:
  std::span<const Duration> bounds_;
  std::array<Counter, max_bounds + 1> counts_;
  Counter micros_;
};

/// Of what ends within a commit: 100 µs to 5 s.
std::span<const Duration> short_bounds();
/// Of what somebody waits for: 5 ms to 30 s.
std::span<const Duration> answer_bounds();

}  // namespace weft::telemetry
