#include "server/auth/role.h"

#include <gmock/gmock.h>

namespace weft::auth {
namespace {

using nlohmann::json;

const std::vector<std::string> no_tags;

TEST(Role, has_its_word) {
  for (const Role role : {Role::viewer, Role::operator_, Role::editor, Role::admin})
    EXPECT_EQ(role_from(name_of(role)), role);
  EXPECT_EQ(name_of(Role::operator_), "operator");
  for (const char* word : {"", "Admin", "root", "operator_", "admin "})
    EXPECT_EQ(role_from(word), std::nullopt) << word;
}

TEST(Role, each_is_more_than_the_one_before) {
  EXPECT_LT(Role::none, Role::viewer);
  EXPECT_LT(Role::viewer, Role::operator_);
  EXPECT_LT(Role::operator_, Role::editor);
  EXPECT_LT(Role::editor, Role::admin);
}

TEST(Grants, reach_exactly_one_dag) {
  const Caller caller{.user = "ada", .grants = {{Role::editor, "dag_a", ""}}};
  EXPECT_EQ(role_over(caller, "dag_a", no_tags), Role::editor);
  for (const char* other : {"dag_ab", "dag_", "DAG_A", "dag_a ", "", "xdag_a", "~"})
    EXPECT_EQ(role_over(caller, other, no_tags), Role::none) << other;
  EXPECT_EQ(role_over_everything(caller), Role::none);
  EXPECT_EQ(highest_role(caller), Role::editor);
}

TEST(Grants, reach_dags_by_tag_only_of_a_tag) {
  const Caller caller{.user = "ada", .grants = {{Role::operator_, "", "shop"}}};
  EXPECT_EQ(role_over(caller, "x", {"daily", "shop"}), Role::operator_);
  EXPECT_EQ(role_over(caller, "x", {"shopping", "sho"}), Role::none);
  // A DAG that is called as the tag, and a tag that is called as nothing.
  EXPECT_EQ(role_over(caller, "shop", {""}), Role::none);
}

TEST(Grants, add_to_the_role_over_everything) {
  const Caller caller{.user = "ada",
                      .role = Role::viewer,
                      .grants = {{Role::operator_, "a", ""}, {Role::editor, "", "t"}}};
  EXPECT_EQ(role_over(caller, "b", no_tags), Role::viewer);
  EXPECT_EQ(role_over(caller, "a", no_tags), Role::operator_);
  EXPECT_EQ(role_over(caller, "a", {"t"}), Role::editor);
  EXPECT_EQ(role_over_everything(caller), Role::viewer);
}

TEST(Caps, lower_everything_and_raise_nothing) {
  Caller caller{.user = "ada", .role = Role::admin, .grants = {{Role::admin, "a", ""}}};
  caller.cap = Role::viewer;
  EXPECT_EQ(role_over_everything(caller), Role::viewer);
  EXPECT_EQ(role_over(caller, "a", no_tags), Role::viewer);
  EXPECT_EQ(highest_role(caller), Role::viewer);
  caller.cap = Role::none;
  EXPECT_EQ(highest_role(caller), Role::none);
  caller = {.user = "bob", .role = Role::viewer, .cap = Role::admin};
  EXPECT_EQ(role_over_everything(caller), Role::viewer);
}

TEST(GrantsJson, comes_and_goes_and_what_is_odd_grants_nothing) {
  const json good =
      json::parse(R"([{"role": "viewer", "dag_id": "a"}, {"role": "admin", "tag": "t"}])");
  EXPECT_EQ(grants_json(grants_from(good)), good);
  const json odd = json::parse(
      R"([1, {}, {"role": "root", "dag_id": "a"}, {"role": "admin"}, {"dag_id": "a"},
          {"role": "admin", "dag_id": "a", "tag": "t"}, {"role": "admin", "dag_id": ""},
          {"role": "admin", "dag_id": 7}, {"role": null, "tag": "t"}])");
  EXPECT_THAT(grants_from(odd), ::testing::IsEmpty());
  EXPECT_THAT(grants_from(json()), ::testing::IsEmpty());
  EXPECT_THAT(grants_from(json::object()), ::testing::IsEmpty());
}

}  // namespace
}  // namespace weft::auth
