#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string dag_with(const std::string& params, const std::string& more = "") {
  return R"({"params": )" + params + more + R"(, "tasks": [{"task_id": "t", "command": "x"}]})";
}

std::shared_ptr<const Dag> sample() {
  return parsed(dag_with(R"({
    "mode": {"type": "string", "enum": ["full", "part"], "default": "part"},
    "limit": {"type": "integer", "minimum": 1},
    "name": {"type": ["string", "null"], "pattern": "^[a-z]+$", "default": null}})"));
}

std::string resolve(const json& conf) {
  const auto values = resolve_params(*sample(), conf);
  return values ? values->dump()
                : std::string(error_code_name(values.error().code)) + ": " + values.error().message;
}

TEST(ResolveParams, FillsInDefaultsAndKeepsWhatIsNoParam) {
  EXPECT_EQ(resolve({{"limit", 3}}), R"({"limit":3,"mode":"part","name":null})");
  EXPECT_EQ(resolve({{"limit", 3}, {"mode", "full"}, {"extra", {1}}}),
            R"({"extra":[1],"limit":3,"mode":"full","name":null})");
}

TEST(ResolveParams, RefusesWhatDoesNotFit) {
  EXPECT_THAT(resolve(json::object()), HasSubstr("unprocessable: param \"limit\" has no default"));
  EXPECT_THAT(resolve(nullptr), HasSubstr("param \"limit\" has no default"));
  EXPECT_THAT(resolve({{"limit", 0}}), HasSubstr("unprocessable: param \"limit\": "));
  EXPECT_THAT(resolve({{"limit", "3"}}), HasSubstr("param \"limit\": "));
  EXPECT_THAT(resolve({{"limit", 1}, {"mode", "x"}}), HasSubstr("param \"mode\": "));
  EXPECT_THAT(resolve({{"limit", 1}, {"name", "A"}}), HasSubstr("param \"name\": "));
  EXPECT_THAT(resolve(json::array()), HasSubstr("must be an object"));
}

TEST(ResolveParams, AFormatIsOfTextsOnly) {
  const auto dag = parsed(dag_with(R"({
    "since": {"type": ["string", "null"], "format": "date-time", "default": null},
    "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "integer"}], "default": 1},
    "format": {"type": "object", "default": {},
               "properties": {"format": {"type": "string", "format": "time"}}},
    "word": {"const": {"format": "date"}, "default": {"format": "date"}}})"));
  EXPECT_TRUE(resolve_params(*dag, {{"since", nullptr}}));
  EXPECT_TRUE(resolve_params(*dag, {{"since", "2026-01-01T00:00:00Z"}}));
  EXPECT_TRUE(resolve_params(*dag, {{"day", "2026-01-01"}}));
  EXPECT_TRUE(resolve_params(*dag, {{"format", {{"format", "10:00:00Z"}}}}));
  const auto refusal = [&](const json& conf) {
    const auto values = resolve_params(*dag, conf);
    return values ? "" : values.error().message;
  };
  EXPECT_THAT(refusal({{"since", "yesterday"}}), HasSubstr("should be a valid date-time"));
  EXPECT_THAT(refusal({{"since", 7}}), HasSubstr("param \"since\": "));
  EXPECT_THAT(refusal({{"day", "today"}}), HasSubstr("param \"day\": "));
  EXPECT_THAT(refusal({{"format", {{"format", "noon"}}}}), HasSubstr("at [format]: "));
  EXPECT_THAT(refusal({{"word", {{"format", "time"}}}}), HasSubstr("param \"word\": "));
}

TEST(ResolveParams, NamesThePlaceInsideOfAValue) {
  const auto dag = parsed(dag_with(R"({"list": {"type": "array", "items": {"type": "integer"}}})"));
  const auto values = resolve_params(*dag, {{"list", {1, "x"}}});
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("at [1]: "));
}

TEST(ResolveParams, HostilePatternsAndTextsEnd) {
  const auto dag = parsed(dag_with(
      R"({"evil": {"type": "string", "pattern": "^(a+)+$"}, "long": {"type": "string", "pattern": "^.*x$", "default": "x"}})"));
  EXPECT_FALSE(resolve_params(*dag, {{"evil", std::string(200, 'a') + "b"}}));
  EXPECT_TRUE(resolve_params(*dag, {{"evil", "aaa"}, {"long", std::string(1'000'000, 'a') + "x"}}));
}

TEST(Params, AreCheckedAtLoad) {
  const auto about = [](const std::string& params, const std::string& more = "") {
    return findings(parse(dag_with(params, more)));
  };
  EXPECT_THAT(about(R"({"a": {"type": "integer", "default": "x"}})"),
              HasSubstr("params.a.default: the default: "));
  EXPECT_THAT(about(R"({"a": {"type": "strin"}})"), HasSubstr("is no JSON Schema"));
  EXPECT_THAT(about(R"({"a": {"pattern": "("}})"), HasSubstr("is no JSON Schema"));
  EXPECT_THAT(about(R"({"a": {"typ": "string"}})"),
              HasSubstr("unknown keyword \"typ\" of JSON Schema (did you mean \"type\"?)"));
  EXPECT_THAT(about(R"({"a": {"$ref": "http://x/y"}})"), HasSubstr("unknown keyword \"$ref\""));
  EXPECT_THAT(about(R"({"a": "full"})"), HasSubstr("an object with a JSON Schema"));
  EXPECT_THAT(about(R"({"a-b": {}})"), HasSubstr("is no name of a param"));
  EXPECT_THAT(about(R"({"a": {}})", R"(, "schedule": "@daily")"),
              HasSubstr("needs a \"default\" for each param"));
}

}  // namespace
}  // namespace weft::test
