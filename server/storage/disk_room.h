#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weft::storage {

/// How much the file system of a folder still takes.
struct DiskRoom {
  std::int64_t free_bytes = 0;  ///< for this user: without what is kept for root
  std::int64_t total_bytes = 0;
};

/// What is watched: a folder, and from where on its disk is said to run full.
struct DiskWatch {
  std::string folder;
  std::int64_t low_below = 0;  ///< bytes; 0: 1 GiB, on a small disk a tenth of it
};

/// One system call. nullopt: the folder can't be asked.
std::optional<DiskRoom> disk_room(const std::string& folder);

bool is_low(const DiskWatch& watch, const DiskRoom& room);

}  // namespace weft::storage
