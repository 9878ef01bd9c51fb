// Expressions over hostile data end in bounded time and memory, with a reason.

#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

using nlohmann::json;

std::string evaluate_with(const json& values, std::string_view text) {
  const auto value = Expression::parse(text)->evaluate(ObjectScope(values));
  return value ? "value" : value.error().message;
}

TEST(HostileData, ResultsAreBounded) {
  const json values = {{"big", std::string(600'000, 'a')}, {"long", std::string(1000, 'b')}};
  EXPECT_THAT(evaluate_with(values, "big + big"), testing::HasSubstr("1 MiB"));
  EXPECT_THAT(evaluate_with(values, "big | replace('a', long)"), testing::HasSubstr("1 MiB"));
  EXPECT_THAT(evaluate_with(values, "[big, big] | join"), testing::HasSubstr("1 MiB"));
  EXPECT_EQ(evaluate_with(values, "big | upper"), "value");
}

TEST(HostileData, WorkIsBounded) {
  const json values = {{"big", std::string(1'000'000, 'a')}};
  std::string text = "big";
  for (int i = 0; i < 60; ++i) text += " | upper";
  EXPECT_THAT(evaluate_with(values, text), testing::HasSubstr("32 MiB"));
}

TEST(HostileData, DeepValuesAreRefusedNotFollowed) {
  json deep = 1;
  for (int i = 0; i < 500; ++i) deep = json::array({std::move(deep)});
  EXPECT_THAT(evaluate_with({{"deep", deep}}, "[deep]"), testing::HasSubstr("too deep"));
  const std::string brackets(100'000, '[');
  EXPECT_THAT(evaluate_with({{"text", brackets}}, "text | json"), testing::HasSubstr("64 levels"));
}

TEST(HostileData, TemplatesAreBoundedToo) {
  const ObjectScope scope(json{{"big", std::string(700'000, 'a')}});
  const auto rendered = Template::parse("{{ big }}{{ big }}")->render(scope);
  ASSERT_FALSE(rendered);
  EXPECT_THAT(rendered.error().message, testing::HasSubstr("1 MiB"));
}

}  // namespace
}  // namespace weft::test
