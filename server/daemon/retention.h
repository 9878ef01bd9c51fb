#pragma once

// Forgets what is old: runs by commands (they go in slices, as jobs), events, and the logs of runs
// that are no more, whoever has deleted them.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "server/daemon/periodic.h"
#include "server/daemon/settings.h"
#include "server/engine/engine.h"
#include "server/storage/readers.h"

namespace weft::daemon {

class Retention {
 public:
  /// What one pass has done.
  struct Report {
    std::int64_t dags = 0;    ///< whose old runs are being deleted
    std::int64_t events = 0;  ///< deleted
    std::int64_t logs = 0;    ///< runs whose logs were removed
  };

  /// What is referred to must outlive it. `log_root`: the folder of the LogStore.
  Retention(RetentionSettings settings, Engine& engine, storage::Readers& readers,
            std::string log_root, Clock& clock);
  ~Retention();

  /// From now on a pass every hour, the first in a minute, on a thread of its own.
  void start();
  /// Waits for the end of a pass under way. Idempotent.
  void stop();
  /// Errors: those of the engine and the storage; the next pass goes on.
  Result<Report> pass();

 private:
  Result<std::int64_t> forget_runs(Duration age);
  Result<std::int64_t> forget_events(Duration age);
  Result<std::int64_t> sweep_logs();
  void pass_and_tell();

  const RetentionSettings settings_;
  Engine& engine_;
  storage::Readers& readers_;
  const std::string log_root_;
  Clock& clock_;
  std::atomic<bool> stopping_ = false;
  std::optional<Periodic> passes_;
};

}  // namespace weft::daemon
