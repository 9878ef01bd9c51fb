#include "server/net/target.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

TEST(Target, DecodesPathAndQueryOnce) {
  const auto target = parse_target("/a%2520b/%C3%A9?x=1+2&y=%26&x=3&flag&=v#part");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a%20b/é");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"x", "1 2"}, {"y", "&"}, {"x", "3"}, {"flag", ""}, {"", "v"}};
  EXPECT_EQ(target->query, expected);
  EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
}

TEST(Target, RefusesWhatIsNoPath) {
  for (const char* raw : {"", "*", "http://host/x", "a", "/%", "/%1", "/%zz", "/%00", "/?a=%00"}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
  std::string many = "/?";
  for (int i = 0; i < 257; ++i) many += "a&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Target, RefusesRawSpacesAndControlCharacters) {
  using namespace std::string_view_literals;
  for (const std::string_view raw : {"/\0/x"sv, "/a b"sv, "/a\tb"sv, "/a?b=\x7f"sv}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
}

TEST(Target, FindsOddSegments) {
  for (const char* path : {"/.", "/a/../b", "/a/..", "//", "//a", "/a//b", "/a/."}) {
    EXPECT_TRUE(has_odd_segment(path)) << path;
  }
  for (const char* path : {"/", "/a", "/a/", "/a/b", "/.a/..b", "/a..b"}) {
    EXPECT_FALSE(has_odd_segment(path)) << path;
  }
}

}  // namespace
}  // namespace weft::http
