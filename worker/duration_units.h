#pragma once

#include <cstdint>

namespace weft::worker {

/// Times in the worker are microseconds of the boot clock.
inline constexpr std::int64_t ms = 1'000;
inline constexpr std::int64_t second = 1'000 * ms;

}  // namespace weft::worker
