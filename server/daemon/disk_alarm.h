#pragma once

#include "server/daemon/periodic.h"
#include "server/storage/disk_room.h"

namespace weft::daemon {

/// Says in the log when the disk of the data begins to run full, and when there is room again.
class DiskAlarm {
 public:
  explicit DiskAlarm(storage::DiskWatch watch);

 private:
  void look();

  const storage::DiskWatch watch_;
  bool is_low_ = false;
  Periodic looks_;
};

}  // namespace weft::daemon
