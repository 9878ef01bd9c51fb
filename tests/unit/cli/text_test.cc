#include "cli/text.h"

#include <gtest/gtest.h>

#include "cli/log_text.h"

namespace weft::cli {
namespace {

TEST(TextTest, a_table_is_as_wide_as_its_widest_cells) {
  Table table({"TASK", "STATE", "TRY"});
  table.add({"größe", "success", "1"});
  table.add({"a", "-", ""});
  EXPECT_EQ(table.to_text(),
            "TASK   STATE    TRY\n"
            "größe  success  1\n"
            "a      -\n");
  EXPECT_FALSE(table.empty());
  EXPECT_TRUE(Table({"A"}).empty());
}

TEST(TextTest, what_could_steer_a_terminal_becomes_a_question_mark) {
  EXPECT_EQ(printable("a\x1b[2Jb\r\nc\x7f"), "a?[2Jb??c?");
  EXPECT_EQ(printable("\xc2\x9bX ü"), "?X ü");
}

TEST(TextTest, cells_show_json) {
  const nlohmann::json object{{"a", nullptr}, {"b", "text"}, {"c", 3}, {"d", {1, 2}}, {"e", ""}};
  EXPECT_EQ(cell(object, "a"), "-");
  EXPECT_EQ(cell(object, "b"), "text");
  EXPECT_EQ(cell(object, "c"), "3");
  EXPECT_EQ(cell(object, "d"), "[1,2]");
  EXPECT_EQ(cell(object, "e"), "-");
  EXPECT_EQ(cell(object, "missing"), "-");
}

TEST(TextTest, durations_are_short) {
  using namespace std::chrono_literals;
  EXPECT_EQ(short_duration(-1s), "0.0s");
  EXPECT_EQ(short_duration(1250ms), "1.2s");
  EXPECT_EQ(short_duration(245s), "4m05s");
  EXPECT_EQ(short_duration(2h + 3min), "2h03m");
  EXPECT_EQ(short_duration(76h), "3d04h");
  EXPECT_EQ(duration_cell(2.5), "2.5s");
  EXPECT_EQ(duration_cell(nullptr), "-");
}

TEST(LogTextTest, parts_are_joined_and_stamps_left_out) {
  const std::string lines =
      "2026-01-01T00:00:00.000000Z stdout P a long \n"
      "2026-01-01T00:00:00.000001Z stdout F line\n"
      "2026-01-01T00:00:00.000002Z stderr F \n"
      "2026-01-01T00:00:00.000003Z stderr F \x1b[31mred\x1b[0m\x1b[2J\tend\n";
  EXPECT_EQ(log_text(lines, false), "a long line\n\nred?[2J\tend\n");
  EXPECT_EQ(log_text(lines, true), "a long line\n\n\x1b[31mred\x1b[0m?[2J\tend\n");
}

TEST(LogTextTest, the_last_lines) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 3), "a\nb\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc\nd\n", 2), "(2 lines before these are left out)\nc\nd\n");
  EXPECT_EQ(last_lines("", 2), "");
}

}  // namespace
}  // namespace weft::cli
