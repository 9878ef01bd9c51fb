#include "server/storage/disk_room.h"

#include <sys/statvfs.h>

#include <algorithm>

namespace weft::storage {
namespace {

constexpr std::int64_t low_on_a_large_disk = std::int64_t{1} << 30;

}  // namespace

std::optional<DiskRoom> disk_room(const std::string& folder) {
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
  const auto block = static_cast<std::int64_t>(facts.f_frsize);
  return DiskRoom{static_cast<std::int64_t>(facts.f_bavail) * block,
                  static_cast<std::int64_t>(facts.f_blocks) * block};
}

bool is_low(const DiskWatch& watch, const DiskRoom& room) {
  const auto by_size = std::min(low_on_a_large_disk, room.total_bytes / 10);
  return room.free_bytes < (watch.low_below > 0 ? watch.low_below : by_size);
}

}  // namespace weft::storage
