#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/result.h"

namespace weft::storage {

/// What `weft db clean` may forget. Without a time nothing of that kind goes.
struct CleanOptions {
  std::optional<Instant> runs_before;    ///< runs that ended before it, with all that came of them
  std::optional<Instant> events_before;  ///< events of the stream from before it
  int keep_last = 10;                    ///< so many newest runs of each DAG stay in any case
  bool dry_run = false;                  ///< counts only
};

/// What went, or would go.
struct CleanReport {
  std::int64_t dags = 0, runs = 0, instances = 0;
  std::int64_t events = 0;                         ///< not counted by a dry run
  std::int64_t logs = 0;                           ///< runs whose logs went; not by a dry run
  std::int64_t bytes_before = 0, bytes_after = 0;  ///< of the database
};

/// Forgets in the data folder of a server that is stopped what its retention would forget, and the
/// logs of runs that are no more; then gives the room back to the disk. Who did it stands in the
/// audit as `actor`. What was done when an error comes stays done, in whole runs.
/// Errors: not_found (no database there), conflict (a server runs there, a job is under way),
/// unavailable (disk full: giving back takes as much room as what is left), internal.
Result<CleanReport> clean(const std::string& data, const CleanOptions& options,
                          const std::string& actor, Instant now);

}  // namespace weft::storage
