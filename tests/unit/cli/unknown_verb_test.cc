#include "cli/unknown_verb.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

std::string told_of(const std::vector<std::string>& words) {
  VerbTree list{.name = "list"}, show{.name = "show", .places = {{.name = "DAG"}}};
  VerbTree dags{.name = "dags", .verbs = {list, show}}, next{.name = "next"};
  VerbTree runs{.name = "runs", .verbs = {{.name = "trigger"}, {.name = "clear"}}};
  VerbTree tasks{.name = "tasks", .verbs = {{.name = "clear"}}};
  return unknown_verb({.name = "weft", .verbs = {dags, runs, tasks, next}}, words);
}

TEST(UnknownVerb, is_named_with_the_nearest_and_where_to_look) {
  EXPECT_EQ(told_of({"dags", "lst"}),
            "weft dags has no verb \"lst\" (did you mean \"list\"?); see weft dags --help");
  EXPECT_EQ(told_of({"dogs", "list"}),
            "weft has no verb \"dogs\" (did you mean \"dags\"?); see weft --help");
  EXPECT_EQ(told_of({"dags", "--flag", "quite-else"}),
            "weft dags has no verb \"quite-else\"; see weft dags --help");
}

TEST(UnknownVerb, of_another_group_is_shown_there) {
  EXPECT_EQ(told_of({"dags", "trigger", "orders"}),
            "weft dags has no verb \"trigger\"; there is weft runs trigger; see weft dags --help");
  EXPECT_EQ(told_of({"dags", "clear"}),
            "weft dags has no verb \"clear\"; there is weft runs clear and weft tasks clear; see "
            "weft dags --help");
}

TEST(UnknownVerb, of_many_groups_is_shown_in_none) {
  VerbTree root{.name = "weft"};
  for (const char* name : {"a", "b", "c", "d"})
    root.verbs.push_back({.name = name, .verbs = {{.name = "show"}}});
  EXPECT_EQ(unknown_verb(root, {"show"}), "weft has no verb \"show\"; see weft --help");
}

TEST(UnknownVerb, is_not_what_is_wrong_with_other_lines) {
  EXPECT_EQ(told_of({}), "");
  EXPECT_EQ(told_of({"dags"}), "");
  EXPECT_EQ(told_of({"dags", "show", "lst"}), "");
  EXPECT_EQ(told_of({"next", "--nothing", "dags"}), "");
}

}  // namespace
}  // namespace weft::cli
