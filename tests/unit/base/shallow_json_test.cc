#include "base/shallow_json.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(ShallowJson, counts_levels_and_no_strings) {
  EXPECT_TRUE(is_shallow(R"({"a": "[[[[[[\"{{{"})", 1));
  EXPECT_TRUE(is_shallow("[[1], [2], {}]", 2));
  EXPECT_FALSE(is_shallow("[[1, [2]]]", 2));
}

TEST(ShallowJson, reads_what_is_not_too_deep) {
  EXPECT_TRUE(parse_shallow(nested(max_json_levels)).good());
  const auto deep = parse_shallow(nested(max_json_levels + 1));
  EXPECT_TRUE(deep.is_deep);
  EXPECT_FALSE(deep.good());
  EXPECT_EQ(parse_shallow(R"({"a": [1]})").value["a"][0], 1);
  EXPECT_TRUE(parse_shallow(std::string(500'000, '[')).is_deep);
}

TEST(ShallowJson, tells_where_it_is_none) {
  const auto bad = parse_shallow("{\"a\": x}");
  EXPECT_FALSE(bad.good());
  EXPECT_EQ(bad.error_byte, 7u);
  EXPECT_FALSE(bad.error.empty());
  EXPECT_FALSE(parse_shallow("").good());
  EXPECT_FALSE(parse_shallow("1e999").good());
  EXPECT_FALSE(parse_shallow("\"\xff\"").good());
}

}  // namespace
}  // namespace weft
