#pragma once

#include <time.h>

#include <cstdint>

namespace weft::worker {

/// Microseconds of one of the kernel's clocks.
inline std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

/// Microseconds since the machine started, suspended time included: every deadline of the worker.
inline std::int64_t boottime_us() {
  return clock_us(CLOCK_BOOTTIME);
}

/// Microseconds since 1970: what people read in logs and results.
inline std::int64_t walltime_us() {
  return clock_us(CLOCK_REALTIME);
}

}  // namespace weft::worker
