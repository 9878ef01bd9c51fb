#include "server/telemetry/metric.h"

#include <algorithm>

#include "base/check.h"

namespace weft::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 10> short_ones{100us, 500us, 1ms,   2500us, 5ms,
                                              10ms,  50ms,  250ms, 1s,     5s};
constexpr std::array<Duration, 7> answers{5ms, 25ms, 100ms, 500ms, 2500ms, 10s, 30s};

}  // namespace

Histogram::Histogram(std::span<const Duration> bounds) : bounds_(bounds) {
  WEFT_CHECK(bounds.size() <= max_bounds);
}

void Histogram::observe(Duration took) {
  took = std::max(took, Duration{});
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), took);
  counts_[static_cast<std::size_t>(bucket - bounds_.begin())].add();
  micros_.add(static_cast<std::uint64_t>(took.count()));
}

std::span<const Duration> short_bounds() {
  return short_ones;
}
std::span<const Duration> answer_bounds() {
  return answers;
}

}  // namespace weft::telemetry
