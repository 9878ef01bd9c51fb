#include "cli/yaml.h"

#include <gtest/gtest.h>

#include "cli/output.h"

namespace weft::cli {
namespace {

using nlohmann::json;

TEST(YamlTest, objects_and_lists_in_block_style) {
  const auto value = json::parse(R"({
    "dags": [{"dag_id": "orders", "tags": ["a", "b"], "is_paused": false, "next": null},
             {"dag_id": "empty", "tags": [], "params": {}}],
    "matrix": [[1, 2], [], [{"x": 1}]], "total_entries": 2})");
  EXPECT_EQ(to_yaml(value), R"(dags:
  - dag_id: orders
    is_paused: false
    next: null
    tags:
      - a
      - b
  - dag_id: empty
    params: {}
    tags: []
matrix:
  - - 1
    - 2
  - []
  - - x: 1
total_entries: 2
)");
}

TEST(YamlTest, what_stands_alone) {
  EXPECT_EQ(to_yaml(nullptr), "null\n");
  EXPECT_EQ(to_yaml(json::object()), "{}\n");
  EXPECT_EQ(to_yaml(json::array()), "[]\n");
  EXPECT_EQ(to_yaml("word"), "word\n");
  EXPECT_EQ(to_yaml(-7), "-7\n");
}

TEST(YamlTest, strings_without_quotes_can_be_nothing_else) {
  for (const char* text : {"a", "orders_daily", "two words", "http://h:80/x", "/a/b.json", "a:b",
                           "a -b", "x@example.com", "manual__2026-01-01T00:00:00+00:00"})
    EXPECT_EQ(to_yaml(text), std::string(text) + "\n");
}

TEST(YamlTest, strings_that_look_like_something_else_stand_in_quotes) {
  for (const char* text :
       {"",      " ",   " a",   "a ",    "1",     "-1",    "+1",         "1.5",
        ".5",    "1e3", "0x1F", "0o7",   "1_000", "12:30", "true",       "True",
        "FALSE", "yes", "No",   "on",    "OFF",   "y",     "N",          "null",
        "NULL",  "~",   ".inf", "-.inf", ".nan",  "nan",   "2026-01-31", "2026-01-31T00:00:00Z",
        "-",     "- a", "?",    "? a",   ":",     "a:",    "a: b",       "a #b",
        "#a",    "&a",  "*a",   "!a",    "|",     ">",     "%a",         "@a",
        "`a`",   "'a'", "{}",   "[]",    "a,b",   "---",   "...",        "=",
        "<<",    "a{b"})
    EXPECT_EQ(to_yaml(text), "\"" + std::string(text) + "\"\n") << text;
}

TEST(YamlTest, lines_and_controls_are_escaped) {
  EXPECT_EQ(to_yaml("a\nb\tc\r"), "\"a\\nb\\tc\\r\"\n");
  EXPECT_EQ(to_yaml("say \"hi\" \\ bye"), "\"say \\\"hi\\\" \\\\ bye\"\n");
  EXPECT_EQ(to_yaml(std::string("\x1b[2J\x7f\0", 6)), "\"\\x1B[2J\\x7F\\x00\"\n");
  EXPECT_EQ(to_yaml("\xC2\x85 \xE2\x80\xA8 \xEF\xBB\xBF"), "\"\\x85 \\u2028 \\uFEFF\"\n");
  EXPECT_EQ(to_yaml("Größe 😀"), "\"Größe 😀\"\n");
  EXPECT_EQ(to_yaml("bad \xFF"), "\"bad \xEF\xBF\xBD\"\n");
}

TEST(YamlTest, keys_follow_the_same_rules) {
  EXPECT_EQ(to_yaml({{"on", 1}, {"a b", 2}, {"3", 3}, {"x: y", 4}}),
            "\"3\": 3\na b: 2\n\"on\": 1\n\"x: y\": 4\n");
  const std::string endless(1'000, 'k');
  EXPECT_EQ(to_yaml({{"in", {{endless, {{"v", 1}}}}}}),
            "in:\n  ? " + endless + "\n  :\n    v: 1\n");
}

TEST(YamlTest, a_float_has_a_dot) {
  EXPECT_EQ(to_yaml(1e30), "1.0e+30\n");
  EXPECT_EQ(to_yaml(1.0), "1.0\n");
  EXPECT_EQ(to_yaml(0.25), "0.25\n");
  EXPECT_EQ(to_yaml(18446744073709551615ULL), "18446744073709551615\n");
}

TEST(OutputTest, each_form_ends_its_line) {
  const json value{{"a", json::array({1})}};
  EXPECT_EQ(document(value, Form::json), "{\n  \"a\": [\n    1\n  ]\n}\n");
  EXPECT_EQ(document(value, Form::json_line), "{\"a\":[1]}\n");
  EXPECT_EQ(document(value, Form::yaml), "a:\n  - 1\n");
  EXPECT_EQ(form_of("yaml"), Form::yaml);
  EXPECT_EQ(form_of("json"), Form::json);
  EXPECT_EQ(form_of("table"), Form::table);
}

}  // namespace
}  // namespace weft::cli
