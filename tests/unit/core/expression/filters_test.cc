#include <gmock/gmock.h>

#include "tests/unit/core/expression/evaluate_helper.h"

namespace weft::test {
namespace {

struct Case {
  std::string text;
  std::string value;
};

class Filters : public testing::TestWithParam<Case> {};

TEST_P(Filters, GiveTheValue) {
  EXPECT_EQ(evaluate(GetParam().text), GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Values, Filters,
    testing::Values(
        Case{"params.missing | default('x')", "\"x\""}, Case{"nothing | default(1)", "1"},
        Case{"outputs.t.k | default(0) + 1", "1"}, Case{"'' | default('x')", "\"\""},
        Case{"'' | default('x', true)", "\"x\""}, Case{"n | default(missing)", "7"},
        Case{"params.missing.deeper | default(3)", "3"}, Case{"text | upper", "\"HELLO WORLD\""},
        Case{"'ÄB' | lower", "\"Äb\""}, Case{"text | replace('o', '0')", "\"Hell0 W0rld\""},
        Case{"list | join(',')", "\"3,1,2,3\""}, Case{"words | join", "\"ba\""},
        Case{"'a,b,,c' | split(',')", R"(["a","b","","c"])"},
        Case{"' a  b ' | split", R"(["a","b"])"}, Case{"list | length", "4"},
        Case{"'häß' | length", "3"}, Case{"params | length", "4"}, Case{"' 12 ' | int", "12"},
        Case{"'3.9' | int", "3"}, Case{"-3.9 | int", "-3"}, Case{"'x' | int(5)", "5"},
        Case{"true | int", "1"}, Case{"'1.5' | float", "1.5"}, Case{"7 | string", "\"7\""},
        Case{"nothing | string", "\"\""}, Case{R"('{"a": [1]}' | json)", R"({"a":[1]})"},
        Case{"list | first", "3"}, Case{"list | last", "3"}, Case{"empty | first", "null"},
        Case{"'äb' | first", "\"ä\""}, Case{"'aü' | last", "\"ü\""},
        Case{"list | sort", "[1,2,3,3]"}, Case{"list | sort(true)", "[3,3,2,1]"},
        Case{"words | sort", R"(["a","b"])"}, Case{"list | unique", "[3,1,2]"},
        Case{"list | tojson", "\"[3,1,2,3]\""}, Case{"'a b/ü&' | urlencode", "\"a%20b/%C3%BC%26\""},
        Case{"list | sort | unique | join('-') | upper", "\"1-2-3\""},
        Case{"'a' + 'b' | upper", "\"aB\""}, Case{"('a' + 'b') | upper", "\"AB\""}));

INSTANTIATE_TEST_SUITE_P(
    Dates, Filters,
    testing::Values(Case{"ts | date", "\"2026-01-31\""}, Case{"ts | date('%H:%M')", "\"05:30\""},
                    Case{"ds | date('%d.%m.%Y %% %j')", "\"31.01.2026 % 031\""},
                    Case{"'2026-01-31T05:30:00.25Z' | date('%f')", "\"250000\""},
                    Case{"'1970-01-02' | date('%s')", "\"86400\""},
                    Case{"ds | add_days(1)", "\"2026-02-01\""},
                    Case{"ds | add_days(-31)", "\"2025-12-31\""},
                    Case{"ds_nodash | add_days(1)", "\"20260201\""},
                    Case{"ds | add_hours(24)", "\"2026-02-01\""},
                    Case{"ds | add_hours(1)", "\"2026-01-31T01:00:00+00:00\""},
                    Case{"ts | add_hours(-6)", "\"2026-01-30T23:30:00+00:00\""},
                    Case{"'20260131T053000' | date('%H')", "\"05\""}));

INSTANTIATE_TEST_SUITE_P(
    Errors, Filters,
    testing::Values(
        Case{"text | uper", "syntax: unknown filter \"uper\" (did you mean \"upper\"?)"},
        Case{"text | replace('a')", "syntax: the filter is used as replace(old, new)"},
        Case{"'x' | int", "error: expression \"'x' | int\": int: \"x\" is no number"},
        Case{"n | json", "error: expression \"n | json\": json: a string expected, found a number"},
        Case{"'{' | json", "error: expression \"'{' | json\": json: \"{\" is no JSON"},
        Case{"'x' | date", "error: expression \"'x' | date\": date: \"x\" is no date"},
        Case{"nothing | date",
             "error: expression \"nothing | date\": date: a date expected, found null"},
        Case{"ds | date('%Q')",
             "error: expression \"ds | date('%Q')\": date: unknown field in the format \"%Q\""},
        Case{"ds | add_days(1e9)",
             "error: expression \"ds | add_days(1e9)\": add_days: the amount "
             "must be a number up to 100,000,000"},
        Case{
            "'9999-12-31' | add_days(1)",
            "error: expression \"'9999-12-31' | add_days(1)\": add_days: the date leaves the years "
            "1 to 9999"},
        Case{"[1, 'a'] | sort",
             "error: expression \"[1, 'a'] | sort\": sort: only a list of numbers "
             "or a list of strings can be sorted"}));

}  // namespace
}  // namespace weft::test
