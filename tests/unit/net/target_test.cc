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

TEST(Target, RefusesWhatIsNoText) {
  for (const char* raw :
       {"/%ff", "/%c0%af", "/%c0%ae%c0%ae", "/%e0%80%af", "/%f0%80%80%af", "/%c3", "/%e2%82",
        "/%ed%a0%80", "/%f4%90%80%80", "/%80", "/?a=%c0%ae", "/?%fe=1"}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
  EXPECT_EQ(parse_target("/%e2%82%ac%f0%9f%98%80%ed%9f%bf%f4%8f%bf%bf")->path,
            "/€😀\xed\x9f\xbf\xf4\x8f\xbf\xbf");
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
