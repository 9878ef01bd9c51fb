#pragma once

#include "server/daemon/periodic.h"
#include "server/storage/log_store.h"

namespace weft::daemon {

/// Puts the logs on the disk every few seconds and at the end: what a power cut may take of them.
class LogSync {
 public:
  /// `logs` outlives it.
  explicit LogSync(storage::LogStore& logs);

  /// To be called when nobody writes logs any more: the last ones are on the disk then. Idempotent.
  void stop();

 private:
  void sync();

  storage::LogStore& logs_;
  Periodic periodic_;
};

}  // namespace weft::daemon
