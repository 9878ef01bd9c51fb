#include "base/size.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(Size, IsReadInBothUnits) {
  const std::pair<std::string_view, std::int64_t> cases[] = {{"0", 0},
                                                             {"17", 17},
                                                             {"17B", 17},
                                                             {"64KiB", 65'536},
                                                             {"64 KB", 64'000},
                                                             {"3MiB", 3 << 20},
                                                             {"8192TiB", std::int64_t{1} << 53}};
  for (const auto& [text, bytes] : cases) EXPECT_EQ(parse_size(text).value_or(-1), bytes) << text;
}

TEST(Size, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "KiB", "-1", "+1", "1.5MB", "1kb", "12 apples", "8193TiB",
                                      "99999999999999999999", "1 ", "1  B", "0x10"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Size, IsShownInTheLargestUnit) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(1023), "1023 B");
  EXPECT_EQ(format_size(2048), "2 KiB");
  EXPECT_EQ(format_size(1536), "1.5 KiB");
  EXPECT_EQ(format_size(std::int64_t{5} << 40), "5 TiB");
}

}  // namespace
}  // namespace weft
