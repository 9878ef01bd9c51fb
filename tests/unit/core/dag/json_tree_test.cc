#include "server/core/dag/json_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::test {
namespace {

/// The value dumped again, or `offset: message` of the findings.
std::string read(const std::string& text, bool comments = false) {
  JsonTree tree("x.json", text);
  std::vector<JsonFinding> findings;
  const bool whole = tree.parse(comments, findings);
  std::string result = whole ? JsonRef(&tree, 0).to_json().dump() : "";
  for (const JsonFinding& finding : findings) {
    result += (result.empty() ? "" : " ") + std::to_string(finding.offset) + ": " + finding.message;
  }
  return result;
}

TEST(JsonTree, ReadsAllThatIsJson) {
  EXPECT_EQ(read(" [ ] "), "[]");
  EXPECT_EQ(read(R"({"a":{"b":[1,-2.5,1e3,true,false,null,"x"]},"c":""})"),
            R"({"a":{"b":[1,-2.5,1000.0,true,false,null,"x"]},"c":""})");
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00")"), R"("\"\\/\b\f\n\r\tä😀")");
  EXPECT_EQ(read("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(read("\xEF\xBB\xBF{}"), "{}");
  EXPECT_EQ(read("// a\n{ /* b */ } // c", true), "{}");
}

struct TreeCase {
  std::string text;
  std::string finding;
};
class Refuses : public testing::TestWithParam<TreeCase> {};

TEST_P(Refuses, WithPlaceAndReason) {
  EXPECT_EQ(read(GetParam().text), GetParam().finding) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Broken, Refuses,
    testing::Values(
        TreeCase{"", "0: the file is empty; a JSON object expected"},
        TreeCase{"[1,]", "2: this comma stands before ']'; remove it"},
        TreeCase{"{\"a\":1,}", "6: this comma stands before '}'; remove it"},
        TreeCase{"[1 2]", "3: ',' or ']' expected"},
        TreeCase{"[1", "0: this is never closed by ']'"},
        TreeCase{"{\"a\" 1}", "5: ':' expected after the key \"a\""},
        TreeCase{"{a: 1}", "1: a key in double quotes expected"},
        TreeCase{"{} x", "3: nothing may follow the end of the JSON value"},
        TreeCase{"'a'", "0: strings are written in double quotes"},
        TreeCase{"[True]", "1: a value expected, found \"True\"; strings need double quotes"},
        TreeCase{"[,1]", "1: a value expected before ','"},
        TreeCase{"01", "0: this is no JSON number"},
        TreeCase{"1.", "0: digits expected after the point"},
        TreeCase{"1e", "0: digits expected in the exponent"},
        TreeCase{"-", "0: this is no JSON number"},
        TreeCase{"1e999", "0: this number is out of range"},
        TreeCase{"\"a", "0: this string is never closed"},
        TreeCase{"\"a\nb\"",
                 "0: this string is not closed on its line; a line break is written \\n, a "
                 "long text {\"lines\": [...]}"},
        TreeCase{"\"a\tb\"", "2: a control character must be escaped (\\t, \\u00XX)"},
        TreeCase{R"("\q")", "1: unknown escape; a backslash is written \\\\"},
        TreeCase{R"("\u12")", "1: four hex digits expected after \\u"},
        TreeCase{R"("\ud800")", "1: half of a surrogate pair"},
        TreeCase{R"("\ud800\u0041")", "1: the second half of this surrogate pair is missing"},
        TreeCase{R"("\u0000")", "1: NUL cannot be passed to a process"},
        TreeCase{"\"\xC3\x28\"", "1: this is no valid UTF-8; save the file as UTF-8"},
        TreeCase{"\"\xED\xA0\x80\"", "1: this is no valid UTF-8; save the file as UTF-8"},
        TreeCase{"{}/", "2: unexpected '/'"},
        TreeCase{"{} // x", "3: comments are allowed in *.dag.jsonc files only"}));

TEST(JsonTree, ReportsDuplicateKeysAndGoesOn) {
  EXPECT_EQ(read(R"({"a":1,"b":2,"a":3,"b":4})"),
            R"({"a":1,"b":2} 13: the key "a" is given twice 19: the key "b" is given twice)");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_THAT(read(many + "\"k7\":2}"), testing::HasSubstr("the key \"k7\" is given twice"));
}

TEST(JsonTree, KnowsWhereValuesStand) {
  JsonTree tree("x", R"({"a/b": [1, {"c~d": 2}]})");
  std::vector<JsonFinding> findings;
  ASSERT_TRUE(tree.parse(false, findings));
  const JsonRef inner = JsonRef(&tree, 0).find("a/b").first().next().find("c~d");
  EXPECT_EQ(inner.pointer(), "/a~1b/1/c~0d");
  EXPECT_EQ(inner.path(), "a/b[1].c~d");
  EXPECT_EQ(inner.node().offset, 20u);
  EXPECT_EQ(inner.node().key_offset, 13u);
}

}  // namespace
}  // namespace weft::test
