#include "proto/wire/utf8.h"

#include <gtest/gtest.h>

namespace weft::wire {
namespace {

TEST(Utf8, ValidTextIsWholePrefix) {
  for (std::string_view text : {"", "plain ascii, longer than eight bytes", "grün", "€", "😀 ok"})
    EXPECT_TRUE(is_valid_utf8(text)) << text;
}

TEST(Utf8, RefusesWhatRfc3629Refuses) {
  for (std::string_view text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"})
    EXPECT_EQ(valid_utf8_prefix(text), 0u);
  EXPECT_EQ(valid_utf8_prefix("abcdefghij\xFFx"), 10u);
}

TEST(Utf8, ReplacesEachBadByte) {
  std::string out;
  append_as_utf8(out,
                 "a\xFF"
                 "b\xE2\x82");
  EXPECT_EQ(out, "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_TRUE(is_valid_utf8(out));
}

TEST(Utf8, FindsTheIncompleteEnd) {
  EXPECT_EQ(incomplete_utf8_suffix("abc"), 0u);
  EXPECT_EQ(incomplete_utf8_suffix("\xE2\x82"), 2u);
  EXPECT_EQ(incomplete_utf8_suffix("x\xE2\x82\xAC"), 0u);
  EXPECT_EQ(incomplete_utf8_suffix("x\xF0\x9F\x98"), 3u);
  EXPECT_EQ(incomplete_utf8_suffix("x\xC3"), 1u);
  EXPECT_EQ(incomplete_utf8_suffix("\x80\x80\x80\x80"), 0u);
}

}  // namespace
}  // namespace weft::wire
