#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

struct FilterCase {
  std::string text;
  std::string value;
};

class Filters : public testing::TestWithParam<FilterCase> {};

TEST_P(Filters, GiveTheValue) {
  EXPECT_EQ(evaluate(GetParam().text), GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Values, Filters,
    testing::Values(
        FilterCase{"params.missing | default('x')", "\"x\""},
        FilterCase{"nothing | default(1)", "1"}, FilterCase{"outputs.t.k | default(0) + 1", "1"},
        FilterCase{"'' | default('x')", "\"\""}, FilterCase{"'' | default('x', true)", "\"x\""},
        FilterCase{"n | default(missing)", "7"},
        FilterCase{"params.missing.deeper | default(3)", "3"},
        FilterCase{"text | upper", "\"HELLO WORLD\""}, FilterCase{"'ÄB' | lower", "\"Äb\""},
        FilterCase{"text | replace('o', '0')", "\"Hell0 W0rld\""},
        FilterCase{"list | join(',')", "\"3,1,2,3\""}, FilterCase{"words | join", "\"ba\""},
        FilterCase{"'a,b,,c' | split(',')", R"(["a","b","","c"])"},
        FilterCase{"' a  b ' | split", R"(["a","b"])"}, FilterCase{"list | length", "4"},
        FilterCase{"'häß' | length", "3"}, FilterCase{"params | length", "4"},
        FilterCase{"' 12 ' | int", "12"}, FilterCase{"'3.9' | int", "3"},
        FilterCase{"-3.9 | int", "-3"}, FilterCase{"'x' | int(5)", "5"},
        FilterCase{"true | int", "1"}, FilterCase{"'1.5' | float", "1.5"},
        FilterCase{"7 | string", "\"7\""}, FilterCase{"nothing | string", "\"\""},
        FilterCase{R"('{"a": [1]}' | json)", R"({"a":[1]})"}, FilterCase{"list | first", "3"},
        FilterCase{"list | last", "3"}, FilterCase{"empty | first", "null"},
        FilterCase{"'äb' | first", "\"ä\""}, FilterCase{"'aü' | last", "\"ü\""},
        FilterCase{"list | sort", "[1,2,3,3]"}, FilterCase{"list | sort(true)", "[3,3,2,1]"},
        FilterCase{"words | sort", R"(["a","b"])"}, FilterCase{"list | unique", "[3,1,2]"},
        FilterCase{"list | tojson", "\"[3,1,2,3]\""},
        FilterCase{"'a b/ü&' | urlencode", "\"a%20b/%C3%BC%26\""},
        FilterCase{"list | sort | unique | join('-') | upper", "\"1-2-3\""},
        FilterCase{"'a' + 'b' | upper", "\"aB\""}, FilterCase{"('a' + 'b') | upper", "\"AB\""}));

INSTANTIATE_TEST_SUITE_P(
    Dates, Filters,
    testing::Values(FilterCase{"ts | date", "\"2026-01-31\""},
                    FilterCase{"ts | date('%H:%M')", "\"05:30\""},
                    FilterCase{"ds | date('%d.%m.%Y %% %j')", "\"31.01.2026 % 031\""},
                    FilterCase{"'2026-01-31T05:30:00.25Z' | date('%f')", "\"250000\""},
                    FilterCase{"'1970-01-02' | date('%s')", "\"86400\""},
                    FilterCase{"ds | add_days(1)", "\"2026-02-01\""},
                    FilterCase{"ds | add_days(-31)", "\"2025-12-31\""},
                    FilterCase{"ds_nodash | add_days(1)", "\"20260201\""},
                    FilterCase{"ds | add_hours(24)", "\"2026-02-01\""},
                    FilterCase{"ds | add_hours(1)", "\"2026-01-31T01:00:00+00:00\""},
                    FilterCase{"ts | add_hours(-6)", "\"2026-01-30T23:30:00+00:00\""},
                    FilterCase{"'20260131T053000' | date('%H')", "\"05\""}));

INSTANTIATE_TEST_SUITE_P(
    Errors, Filters,
    testing::Values(
        FilterCase{"text | uper", "syntax: unknown filter \"uper\" (did you mean \"upper\"?)"},
        FilterCase{"text | replace('a')", "syntax: the filter is used as replace(old, new)"},
        FilterCase{"'x' | int", "error: expression \"'x' | int\": int: \"x\" is no number"},
        FilterCase{"n | json",
                   "error: expression \"n | json\": json: a string expected, found a number"},
        FilterCase{"'{' | json", "error: expression \"'{' | json\": json: \"{\" is no JSON"},
        FilterCase{"'x' | date", "error: expression \"'x' | date\": date: \"x\" is no date"},
        FilterCase{"nothing | date",
                   "error: expression \"nothing | date\": date: a date expected, found null"},
        FilterCase{
            "ds | date('%Q')",
            "error: expression \"ds | date('%Q')\": date: unknown field in the format \"%Q\""},
        FilterCase{"ds | add_days(1e9)",
                   "error: expression \"ds | add_days(1e9)\": add_days: the amount "
                   "must be a number up to 100,000,000"},
        FilterCase{
            "'9999-12-31' | add_days(1)",
            "error: expression \"'9999-12-31' | add_days(1)\": add_days: the date leaves the years "
            "1 to 9999"},
        FilterCase{"[1, 'a'] | sort",
                   "error: expression \"[1, 'a'] | sort\": sort: only a list of numbers "
                   "or a list of strings can be sorted"}));

}  // namespace
}  // namespace weft::test
