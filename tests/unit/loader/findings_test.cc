#include "server/loader/findings.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace weft {
namespace {

using nlohmann::json;

json finding(std::string_view text, int line, int column) {
  const Diagnostic diagnostic{
      .file = "a.dag.json", .line = line, .column = column, .message = "no"};
  return json::parse(findings_json({diagnostic}, {{"a.dag.json", text}}))[0];
}

TEST(Findings, have_the_lines_round_the_place) {
  const auto found = finding("1\n2\n3\n4\r\n  five\n6\n7\n8\n9\n", 5, 3);
  EXPECT_EQ(found, (json{{"filename", "a.dag.json"},
                         {"line", 5},
                         {"column", 3},
                         {"message", "no"},
                         {"first_line", 2},
                         {"lines", {"2", "3", "4", "  five", "6", "7", "8"}},
                         {"mark", 3}}));
  EXPECT_EQ(finding("1\n2\n", 1, 1)["lines"], (json{"1", "2"}));
  EXPECT_EQ(finding("1\n2\n", 3, 1)["lines"], (json{"1", "2", ""})) << "the end of the file";
  EXPECT_EQ(finding("", 1, 1)["lines"], (json{""}));
  EXPECT_EQ(finding("1\n", 7, 1)["lines"], json::array()) << "no such line";
}

TEST(Findings, cut_long_lines_and_keep_the_letter_that_is_meant) {
  const std::string line = std::string(1000, 'a') + "\xC3\xA4X" + std::string(1000, 'b');
  const auto middle = finding(std::string(300, 'c') + "\n" + line, 2, 1002);
  const std::string before = middle["lines"][0], cut = middle["lines"][1];
  EXPECT_EQ(before, std::string(200, 'c') + "…");
  EXPECT_EQ(cut, "…" + std::string(99, 'a') + "\xC3\xA4X" + std::string(99, 'b') + "…");
  EXPECT_EQ(middle["mark"], 102) << "the X: 1 + 99 + 1 letters are before it";
  EXPECT_EQ(finding(line, 1, 1)["mark"], 1);
  EXPECT_EQ(finding(line, 1, 1)["lines"][0], std::string(200, 'a') + "…");
  const auto end = finding(line, 1, 2003);
  EXPECT_EQ(end["lines"][0], "…" + std::string(200, 'b'));
  EXPECT_EQ(end["mark"], 202) << "behind the last letter";
  EXPECT_EQ(finding(std::string(200, 'd'), 1, 99'999)["mark"], 201);
}

TEST(Findings, are_json_whatever_the_file_is) {
  EXPECT_EQ(finding("\xFF\xFE{", 1, 1)["lines"][0], "\xEF\xBF\xBD\xEF\xBF\xBD{");
}

TEST(Findings, are_bounded_and_of_errors_only) {
  std::vector<Diagnostic> many(30, {.file = "a.dag.json", .message = "no"});
  many.push_back({.severity = Diagnostic::Severity::warning, .message = "hm"});
  const auto found = json::parse(findings_json(many, {{"a.dag.json", "{"}}));
  ASSERT_EQ(found.size(), 30u);
  EXPECT_EQ(found[9]["lines"], (json{"{"}));
  EXPECT_EQ(found[10]["lines"], json::array());
  const Diagnostic elsewhere{.file = "b", .line = 3, .column = 4, .message = "no"};
  const auto unknown = json::parse(findings_json({elsewhere}, {{"a.dag.json", "{"}}))[0];
  EXPECT_EQ(unknown["lines"], json::array());
  EXPECT_EQ(unknown["first_line"], 3);
  EXPECT_EQ(unknown["mark"], 4);
}

}  // namespace
}  // namespace weft
