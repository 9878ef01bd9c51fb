#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

std::string render(std::string_view text) {
  const auto parsed = Template::parse(text);
  if (!parsed) return "syntax: " + parsed.error().message;
  const auto rendered = parsed->render(sample_scope());
  return rendered ? *rendered : "error: " + rendered.error().message;
}

TEST(Template, RendersEachKindOfValue) {
  EXPECT_EQ(render("plain"), "plain");
  EXPECT_EQ(render("day {{ ds }}, {{n}} and {{ x }}"), "day 2026-01-31, 7 and 1.5");
  EXPECT_EQ(render("[{{ nothing }}|{{ truth }}|{{ list }}]"), "[|true|[3,1,2,3]]");
  EXPECT_EQ(render("{{ params.none }}"), "");
  EXPECT_EQ(render("ü{{ 'ä' }}ö"), "üäö");
}

TEST(Template, WritesBracesLiterally) {
  EXPECT_EQ(render("{{ '{{' }} x {{ '}}' }}"), "{{ x }}");
  EXPECT_EQ(render("${x} }} {a} {% if %}"), "${x} }} {a} {% if %}");
}

TEST(Template, KeepsTheTypeOfOneWholeExpression) {
  const auto value = [](std::string_view text) {
    return Template::parse(text)->evaluate(sample_scope())->dump();
  };
  EXPECT_EQ(value("{{ list }}"), "[3,1,2,3]");
  EXPECT_EQ(value("{{ n }}"), "7");
  EXPECT_EQ(value(" {{ n }}"), "\" 7\"");
  EXPECT_EQ(value("{{ n }}{{ n }}"), "\"77\"");
  EXPECT_EQ(value("n"), "\"n\"");
}

TEST(Template, IsConstantWithoutBraces) {
  EXPECT_TRUE(Template().is_constant());
  EXPECT_EQ(Template().text(), "");
  EXPECT_EQ(*Template().render(sample_scope()), "");
  EXPECT_TRUE(Template::parse("x")->is_constant());
  EXPECT_FALSE(Template::parse("{{ 1 }}")->is_constant());
}

TEST(Template, PlacesItsReferencesAndErrors) {
  const auto references = Template::parse("ab {{ ds }} {{ params.x }}")->references();
  ASSERT_EQ(references.size(), 2u);
  EXPECT_EQ(references[0].offset, 6u);
  EXPECT_EQ(references[1].offset, 15u);
  const auto broken = Template::parse("ab {{ ds + }}");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().offset, 11u);
  EXPECT_THAT(render("a {{ ds"), testing::HasSubstr("never closed"));
  EXPECT_THAT(render("{{ '}}' "), testing::HasSubstr("never closed"));
  EXPECT_THAT(render("x {{ params.mdoe }}"), testing::HasSubstr("did you mean \"mode\"?"));
}

}  // namespace
}  // namespace weft::test
