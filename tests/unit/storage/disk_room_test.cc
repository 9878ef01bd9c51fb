#include "server/storage/disk_room.h"

#include <gmock/gmock.h>

#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

constexpr std::int64_t gib = std::int64_t{1} << 30;

TEST(DiskRoom, is_asked_of_a_folder) {
  const weft::test::TempFolder folder;
  const auto room = disk_room(folder / ".");
  ASSERT_TRUE(room);
  EXPECT_GT(room->total_bytes, 0);
  EXPECT_LE(room->free_bytes, room->total_bytes);
  EXPECT_FALSE(disk_room(folder / "missing"));
}

TEST(DiskRoom, is_low_below_a_gib_or_a_tenth_of_a_small_disk) {
  EXPECT_TRUE(is_low({"", 0}, {gib - 1, 500 * gib}));
  EXPECT_FALSE(is_low({"", 0}, {gib, 500 * gib}));
  EXPECT_TRUE(is_low({"", 0}, {gib / 10 - 1, gib}));
  EXPECT_FALSE(is_low({"", 0}, {gib / 10, gib}));
}

TEST(DiskRoom, is_low_below_what_was_asked_for) {
  EXPECT_TRUE(is_low({"", 5 * gib}, {5 * gib - 1, 500 * gib}));
  EXPECT_FALSE(is_low({"", 5 * gib}, {5 * gib, 6 * gib}));
}

}  // namespace
}  // namespace weft::storage
