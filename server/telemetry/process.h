#pragma once

#include <cstdint>
#include <optional>

namespace weft::telemetry {

/// What the system says of this process.
struct ProcessFacts {
  double cpu_seconds = 0;  ///< user and system
  std::int64_t resident_bytes = 0, virtual_bytes = 0;
  std::int64_t open_files = 0, max_files = 0, threads = 0;
  double started_at = 0;  ///< seconds since 1970
};

/// From /proc, in some microseconds, more with thousands of open files; nullopt where there is
/// none.
std::optional<ProcessFacts> read_process();

}  // namespace weft::telemetry
