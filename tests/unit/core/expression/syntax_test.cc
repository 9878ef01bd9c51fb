#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

struct Mistake {
  std::string text;
  std::size_t offset;
  std::string message;
};

class RefusesToParse : public testing::TestWithParam<Mistake> {};

TEST_P(RefusesToParse, WithPlaceAndReason) {
  const auto parsed = Expression::parse(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().text;
  EXPECT_EQ(parsed.error().offset, GetParam().offset) << parsed.error().message;
  EXPECT_THAT(parsed.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, RefusesToParse,
    testing::Values(
        Mistake{"", 0, "an expression is missing"}, Mistake{"  ", 2, "an expression is missing"},
        Mistake{"a +", 3, "a value is missing at the end"},
        Mistake{"a b", 2, "an operator expected before \"b\""}, Mistake{"(a", 2, "')' expected"},
        Mistake{"a)", 1, "nothing is open"}, Mistake{"[a", 2, "',' expected"},
        Mistake{"a[1", 3, "']' expected"}, Mistake{"(a, b)", 2, "a list is written in brackets"},
        Mistake{"a = b", 2, "compare with '=='"}, Mistake{"a && b", 2, "write 'and'"},
        Mistake{"!a", 0, "write 'not'"}, Mistake{"{a}", 0, "'{' cannot stand"},
        Mistake{"'abc", 0, "never closed"}, Mistake{"'a\\q'", 2, "unknown escape"},
        Mistake{"a.upper()", 7, "there are no calls"}, Mistake{"a.1", 2, "expected"},
        Mistake{"1 < 2 < 3", 6, "cannot be chained"}, Mistake{"a if b", 6, "'else' expected"},
        Mistake{"a | ", 4, "a filter's name expected"}, Mistake{"1a", 1, "a number ends here"},
        Mistake{"99999999999999999999", 0, "too large"}, Mistake{"1e999", 0, "out of range"},
        Mistake{"and", 0, "a value expected"}, Mistake{"a ü", 2, "unexpected character \"ü\""}));

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
