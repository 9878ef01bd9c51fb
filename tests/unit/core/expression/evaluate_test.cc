#include "tests/unit/core/expression/evaluate_helper.h"

#include <gmock/gmock.h>

namespace weft::test {
namespace {

using testing::HasSubstr;

struct Case {
  std::string text;
  std::string value;
};

class Evaluates : public testing::TestWithParam<Case> {};

TEST_P(Evaluates, ToTheValue) {
  EXPECT_EQ(evaluate(GetParam().text), GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Literals, Evaluates,
                         testing::Values(Case{"1", "1"}, Case{"-1", "-1"}, Case{"1.50", "1.5"},
                                         Case{"2e3", "2000.0"}, Case{"'a'", "\"a\""},
                                         Case{"\"a'b\"", "\"a'b\""},
                                         Case{R"('a\n\'b')", R"("a\n'b")"}, Case{"true", "true"},
                                         Case{"False", "false"}, Case{"null", "null"},
                                         Case{"None", "null"}, Case{"[]", "[]"},
                                         Case{"[1, 'a', [n],]", R"([1,"a",[7]])"}));

INSTANTIATE_TEST_SUITE_P(Names, Evaluates,
                         testing::Values(Case{"n", "7"}, Case{"params.mode", "\"full\""},
                                         Case{"params['odd-name']", "1"},
                                         Case{"outputs.extract.rows", "42"},
                                         Case{"outputs['my-task'].k", "\"v\""},
                                         Case{"outputs.extract.files[0]", "\"a.csv\""},
                                         Case{"outputs.extract.files[-1]", "\"b.csv\""},
                                         Case{"outputs.did_not_run.key", "null"},
                                         Case{"nothing.at.all", "null"},
                                         Case{"params[words[5] | default('mode')]", "\"full\""}));

INSTANTIATE_TEST_SUITE_P(
    Operators, Evaluates,
    testing::Values(Case{"1 + 2 * 3", "7"}, Case{"(1 + 2) * 3", "9"}, Case{"7 / 2", "3.5"},
                    Case{"6 / 2", "3.0"}, Case{"-7 % 3", "2"}, Case{"7 % -3", "-2"},
                    Case{"1 - 2 - 3", "-4"}, Case{"1.5 + 1", "2.5"}, Case{"'a' + 'b'", "\"ab\""},
                    Case{"[1] + [2]", "[1,2]"}, Case{"1 == 1.0", "true"}, Case{"1 == '1'", "false"},
                    Case{"n != 7", "false"}, Case{"1 < 2", "true"}, Case{"'b' >= 'a'", "true"},
                    Case{"1 in list", "true"}, Case{"9 not in list", "true"},
                    Case{"'ell' in text", "true"}, Case{"'mode' in params", "true"},
                    Case{"1 in nothing", "false"}, Case{"not 0", "true"}, Case{"not not 1", "true"},
                    Case{"0 or 'x'", "\"x\""}, Case{"0 and missing", "0"},
                    Case{"1 or missing", "1"}, Case{"1 if true else missing", "1"},
                    Case{"1 if [] else 2", "2"}, Case{"1 if 0 else 2 if 0 else 3", "3"},
                    Case{"- n", "-7"}, Case{"--n", "7"}, Case{"not 1 == 2", "true"},
                    Case{"1 + 2 == 3 and 2 > 1", "true"}));

struct ErrorCase {
  std::string text;
  std::string part;
};

class Fails : public testing::TestWithParam<ErrorCase> {};

TEST_P(Fails, WithTheReason) {
  const std::string result = evaluate(GetParam().text);
  EXPECT_THAT(result, testing::StartsWith("error: ")) << GetParam().text;
  EXPECT_THAT(result, HasSubstr(GetParam().part)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Evaluation, Fails,
    testing::Values(
        ErrorCase{"unknown", "unknown name \"unknown\""},
        ErrorCase{"params.mdoe", "there is no \"mdoe\" (did you mean \"mode\"?)"},
        ErrorCase{"outputs.extract.row", "did you mean \"rows\"?"},
        ErrorCase{"text.length", "a string has no member \"length\""},
        ErrorCase{"list['a']", "a list has no member"},
        ErrorCase{"list[9]", "no item 9 in a list of 4"}, ErrorCase{"list[1.5]", "whole number"},
        ErrorCase{"1 / 0", "division by zero"}, ErrorCase{"1 % 0", "division by zero"},
        ErrorCase{"1 + 'a'", "a number and a string"}, ErrorCase{"1 < 'a'", "'<' does not work"},
        ErrorCase{"1 in 2", "'in' does not work"}, ErrorCase{"9223372036854775807 + 1", "64 bits"},
        ErrorCase{"-9223372036854775807 - 2", "64 bits"},
        ErrorCase{"4611686018427387904 * 2", "64 bits"}, ErrorCase{"1e308 * 10", "out of range"},
        ErrorCase{"-text", "does not work"}));

TEST(Expression, TruthIsPythons) {
  const auto truth = [](std::string_view text) {
    return *Expression::parse(text)->evaluate_bool(sample_scope());
  };
  for (const char* text : {"0", "0.0", "''", "[]", "null", "false", "empty"}) {
    EXPECT_FALSE(truth(text)) << text;
  }
  for (const char* text : {"1", "'0'", "[0]", "true", "params", "-1"}) EXPECT_TRUE(truth(text));
}

TEST(Expression, NamesWhatItReads) {
  const auto paths = [](std::string_view text) {
    std::string all;
    const auto parsed = Expression::parse(text);
    for (const Reference& reference : parsed->references()) {
      if (!all.empty()) all += ' ';
      for (const std::string& part : reference.path) all += "/" + part;
      all += "@" + std::to_string(reference.offset);
    }
    return all;
  };
  EXPECT_EQ(paths("outputs.a.b + params['x y'].z"), "/outputs/a/b@0 /params/x y/z@14");
  EXPECT_EQ(paths("outputs.a.rows[0].id"), "/outputs/a/rows@0");
  EXPECT_EQ(paths("outputs[params.which].rows"), "/outputs@0 /params/which@8");
  EXPECT_EQ(paths("(a.b | default(c)).d if e else [f.g]"), "/a/b@1 /c@15 /e@24 /f/g@32");
  EXPECT_EQ(paths("'params.x'"), "");
}

}  // namespace
}  // namespace weft::test
