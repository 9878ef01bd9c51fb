// The key `calendar`: files, inline lists, what becomes of them in the version, and what is wrong.

#include <map>

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using ::testing::HasSubstr;

using Files = std::map<std::string, std::string>;

ParseOutput parse_with(const std::string& calendar, const Files& files,
                       const std::string& schedule = R"("0 5 * * *")") {
  ParseInput input;
  input.path = "team/sample.dag.json";
  input.text = R"({"schedule": )" + schedule + R"(, "calendar": )" + calendar +
               R"(, "tasks": [{"task_id": "t", "command": "true"}]})";
  input.read_beside = [&files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  return parse_dag(input);
}

const Files holidays{{"calendars/weekends.json", R"(["sat", "sun"])"},
                     {"../calendars/de.json",
                      R"({"description": "Germany", "days": ["2026-01-01", "2026-12-25"]})"}};

TEST(DagCalendar, NamedListsComeFromTheNearestFolder) {
  const auto output = parse_with(R"({"exclude": ["weekends", "de"]})", holidays);
  ASSERT_TRUE(output.dag) << findings(output);
  const auto first = output.dag->timetable->next(*parse_instant("2025-12-31T06:00:00Z"));
  EXPECT_EQ(first, *parse_instant("2026-01-02T05:00:00Z"));
}

TEST(DagCalendar, ItsDaysArePartOfTheVersion) {
  const auto before = parse_with(R"({"exclude": ["de"], "shift": "next_business_day"})", holidays);
  ASSERT_TRUE(before.dag) << findings(before);
  Files edited = holidays;
  edited["../calendars/de.json"] = R"(["2026-01-01"])";
  const auto after = parse_with(R"({"exclude": ["de"], "shift": "next_business_day"})", edited);
  ASSERT_TRUE(after.dag) << findings(after);
  EXPECT_NE(before.dag->hash, after.dag->hash);
  EXPECT_FALSE(before.dag->schedule == after.dag->schedule);
  // The stored version needs no file.
  const auto again = parse(before.dag->canonical, "version");
  ASSERT_TRUE(again.dag) << findings(again);
  EXPECT_EQ(again.dag->hash, before.dag->hash);
  EXPECT_TRUE(again.dag->schedule == before.dag->schedule);
}

TEST(DagCalendar, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(findings(parse_with(R"({"exclude": ["fr"]})", holidays)),
              HasSubstr("calendar.exclude[0]: no calendar \"fr\": there is no calendars/fr.json"));
  EXPECT_THAT(findings(parse_with(R"({"excludes": ["de"]})", holidays)),
              HasSubstr("did you mean \"exclude\""));
  EXPECT_THAT(findings(parse_with(R"({"exclude": [{"days": ["someday"]}]})", holidays)),
              HasSubstr("calendar.exclude[0].days[0]: \"someday\" is no day"));
  EXPECT_THAT(findings(parse_with(R"({"exclude": [{"days": ["2026-02-30"]}]})", holidays)),
              HasSubstr("is no day"));
  EXPECT_THAT(findings(parse_with(R"({"exclude": []})", holidays)), HasSubstr("name a calendar"));
  EXPECT_THAT(findings(parse_with(R"({"exclude": ["de"], "shift": "up"})", holidays)),
              HasSubstr("calendar.shift"));
  EXPECT_THAT(findings(parse_with(R"({"exclude": ["de"]})", holidays, R"("@once")")),
              HasSubstr("needs a schedule"));
  const auto broken = parse_with(R"({"exclude": ["x"]})", {{"calendars/x.json", "{\"days\": [1}"}});
  ASSERT_FALSE(broken.diagnostics.empty());
  EXPECT_EQ(broken.diagnostics[0].file, "calendars/x.json");
}

TEST(DagCalendar, OneThatExcludesEverythingIsAnErrorAtOnce) {
  const std::string all = R"({"exclude": [{"days": ["mon","tue","wed","thu","fri","sat","sun"]}]})";
  EXPECT_THAT(findings(parse_with(all, {}, R"("* * * * *")")), HasSubstr("leaves no tick"));
  EXPECT_THAT(findings(parse_with(all, {}, R"({"every": "1s"})")), HasSubstr("leaves no tick"));
  const std::string weekends = R"({"exclude": [{"days": ["sat", "sun"]}]})";
  EXPECT_THAT(findings(parse_with(weekends, {}, R"("0 5 * * 6")")), HasSubstr("leaves no tick"));
}

}  // namespace
}  // namespace weft::test
