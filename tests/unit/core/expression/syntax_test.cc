#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

struct Case {
  std::string text;
  std::size_t offset;
  std::string message;
};

class RefusesToParse : public testing::TestWithParam<Case> {};

TEST_P(RefusesToParse, WithPlaceAndReason) {
  const auto parsed = Expression::parse(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().text;
  EXPECT_EQ(parsed.error().offset, GetParam().offset) << parsed.error().message;
  EXPECT_THAT(parsed.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, RefusesToParse,
    testing::Values(
        Case{"", 0, "an expression is missing"}, Case{"  ", 2, "an expression is missing"},
        Case{"a +", 3, "a value is missing at the end"},
        Case{"a b", 2, "an operator expected before \"b\""}, Case{"(a", 2, "')' expected"},
        Case{"a)", 1, "nothing is open"}, Case{"[a", 2, "',' expected"},
        Case{"a[1", 3, "']' expected"}, Case{"(a, b)", 2, "a list is written in brackets"},
        Case{"a = b", 2, "compare with '=='"}, Case{"a && b", 2, "write 'and'"},
        Case{"!a", 0, "write 'not'"}, Case{"{a}", 0, "'{' cannot stand"},
        Case{"'abc", 0, "never closed"}, Case{"'a\\q'", 2, "unknown escape"},
        Case{"a.upper()", 7, "there are no calls"}, Case{"a.1", 2, "expected"},
        Case{"1 < 2 < 3", 6, "cannot be chained"}, Case{"a if b", 6, "'else' expected"},
        Case{"a | ", 4, "a filter's name expected"}, Case{"1a", 1, "a number ends here"},
        Case{"99999999999999999999", 0, "too large"}, Case{"1e999", 0, "out of range"},
        Case{"and", 0, "a value expected"}, Case{"a ü", 2, "unexpected character \"ü\""}));

TEST(Expression, KeepsKeywordsAsMemberNames) {
  EXPECT_TRUE(Expression::parse("params.in"));
  EXPECT_TRUE(Expression::parse("params.true"));
  EXPECT_TRUE(Expression::parse("outputs.if.else"));
}

TEST(Expression, BoundsLengthAndNesting) {
  const auto nested = [](const std::string& open, const std::string& inner,
                         const std::string& close, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += open;
    text += inner;
    for (int i = 0; i < times; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(Expression::parse(nested("(", "1", ")", 90)));
  for (const auto& [open, inner, close] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{"(", "1", ")"},
                                                                      {"[", "1", "]"},
                                                                      {"a[", "1", "]"},
                                                                      {"not ", "1", ""},
                                                                      {"-", "1", ""},
                                                                      {"1 if 1 else ", "1", ""},
                                                                      {"a|default(", "1", ")"},
                                                                      {"", "1", "+1"},
                                                                      {"", "a", ".b"},
                                                                      {"", "a", "|upper"}}) {
    const auto parsed = Expression::parse(nested(open, inner, close, 1000));
    ASSERT_FALSE(parsed) << open << close;
    EXPECT_THAT(parsed.error().message, testing::HasSubstr("more than 100 levels"));
  }
  EXPECT_FALSE(Expression::parse(std::string(20'000, ' ') + "1"));
}

}  // namespace
}  // namespace weft::test
