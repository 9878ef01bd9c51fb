#include "base/digest.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(Digest, is_blake2b) {
  EXPECT_EQ(hex_digest("abc", 64),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  EXPECT_EQ(hex_digest("abc", 16), "cf4ab791c62b8d2b2109c90275287816");
  EXPECT_EQ(hex_digest("", 16).size(), 32U);
}

TEST(Hex, has_two_digits_a_byte) {
  const unsigned char bytes[] = {0x00, 0x0a, 0xff};
  EXPECT_EQ(to_hex(bytes, sizeof bytes), "000aff");
  EXPECT_EQ(to_hex(bytes, 0), "");
}

TEST(Base64Url, goes_both_ways) {
  const std::string bytes("\xfb\xff\x00\x10 abc", 8);
  EXPECT_EQ(to_base64url(bytes), "-_8AECBhYmM");
  EXPECT_EQ(from_base64url("-_8AECBhYmM"), bytes);
  EXPECT_EQ(from_base64url(""), "");
  for (const char* text : {"-_8AECBhYm", "-_8AECBhYmM=", "+/8AECBhYmM", "a b", "A", "AB"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace weft
