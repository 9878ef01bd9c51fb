#include "server/storage/disk_room.h"

#include <sys/statvfs.h>

#include <algorithm>

namespace weft::storage {

std::int64_t default_low_below(std::int64_t total_bytes) {
  constexpr std::int64_t of_a_large_disk = std::int64_t{1} << 30;
  return std::min(of_a_large_disk, total_bytes / 10);
}

std::optional<DiskRoom> disk_room(const std::string& folder) {
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
  const auto block = static_cast<std::int64_t>(facts.f_frsize);
  return DiskRoom{static_cast<std::int64_t>(facts.f_bavail) * block,
                  static_cast<std::int64_t>(facts.f_blocks) * block};
}

bool is_low(const DiskWatch& watch, const DiskRoom& room) {
  const auto below = watch.low_below > 0 ? watch.low_below : default_low_below(room.total_bytes);
  return room.free_bytes < below;
}

}  // namespace weft::storage
