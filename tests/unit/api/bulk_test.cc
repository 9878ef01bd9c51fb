// Bulk bodies, through the pools.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Bulk : public ApiFixture {
 protected:
  Bulk() {
    apply(PutPool{.pool = {.name = "old", .slots = 1, .description = "kept"}});
    apply(PutPool{.pool = {.name = "older", .slots = 2}});
  }

  json send_actions(const std::string& actions, int status = 200) {
    return patch_json("/api/v2/pools", {{"actions", json::parse(actions)}}, status);
  }
  json pool(const std::string& name) { return get_json("/api/v2/pools/" + name); }
  int pools() { return get_json("/api/v2/pools")["total_entries"]; }
};

TEST_F(Bulk, actions_are_done_in_their_order_and_told_by_kind) {
  const auto done = send_actions(R"([
      {"action": "create", "entities": [{"name": "a", "slots": 3, "description": "first"}]},
      {"action": "update", "entities": [{"name": "a", "slots": -1}]},
      {"action": "create", "entities": [{"name": "b", "slots": 1, "include_deferred": true}]},
      {"action": "delete", "entities": ["old", {"name": "older", "slots": 7}]}])");
  EXPECT_EQ(done["create"], json::parse(R"({"success": ["a", "b"], "errors": []})"));
  EXPECT_EQ(done["update"], json::parse(R"({"success": ["a"], "errors": []})"));
  EXPECT_EQ(done["delete"], json::parse(R"({"success": ["old", "older"], "errors": []})"));
  EXPECT_EQ(pool("a")["slots"], -1);
  EXPECT_EQ(pool("a")["description"], "first") << "what an update leaves out stays";
  EXPECT_EQ(pool("b")["include_deferred"], true);
  EXPECT_EQ(pools(), 3);
}

TEST_F(Bulk, a_kind_that_was_not_asked_for_is_null) {
  const auto done = send_actions(R"([{"action": "delete", "entities": ["old"]}])");
  EXPECT_TRUE(done["create"].is_null());
  EXPECT_TRUE(done["update"].is_null());
  EXPECT_EQ(done["delete"]["success"], json{"old"});
  EXPECT_EQ(send_actions("[]"), json::parse(R"({"create": null, "update": null, "delete": null})"));
}

TEST_F(Bulk, a_create_that_clashes_does_nothing_at_all) {
  const auto done = send_actions(R"([{"action": "create", "entities": [
      {"name": "new", "slots": 1}, {"name": "old", "slots": 9}, {"name": "older", "slots": 9}]}])");
  ASSERT_EQ(done["create"]["errors"].size(), 1U);
  EXPECT_EQ(done["create"]["errors"][0]["status_code"], 409);
  EXPECT_EQ(done["create"]["errors"][0]["error"], "there already: pool \"old\", \"older\"");
  EXPECT_TRUE(done["create"]["success"].empty());
  get_json("/api/v2/pools/new", 404);
}

TEST_F(Bulk, a_create_may_skip_or_overwrite_what_is_there) {
  const std::string entities =
      R"("entities": [{"name": "old", "slots": 9}, {"name": "new", "slots": 1}]}])";
  auto done = send_actions(R"([{"action": "create", "action_on_existence": "skip", )" + entities);
  EXPECT_EQ(done["create"]["success"], json{"new"});
  EXPECT_EQ(pool("old")["slots"], 1);
  done = send_actions(R"([{"action": "create", "action_on_existence": "overwrite", )" + entities);
  EXPECT_EQ(done["create"]["success"], json::parse(R"(["old", "new"])"));
  EXPECT_EQ(pool("old")["slots"], 9);
  EXPECT_TRUE(pool("old")["description"].is_null()) << "it is replaced as a whole";
}

TEST_F(Bulk, the_same_twice_in_one_create_is_one_pool) {
  const std::string entities =
      R"("entities": [{"name": "x", "slots": 1}, {"name": "x", "slots": 2}]}])";
  auto done = send_actions(R"([{"action": "create", )" + entities);
  EXPECT_EQ(done["create"]["success"], json{"x"});
  EXPECT_EQ(done["create"]["errors"][0]["status_code"], 409);
  EXPECT_EQ(pool("x")["slots"], 1);
  apply(DeletePool{"x", ""});
  done = send_actions(R"([{"action": "create", "action_on_existence": "skip", )" + entities);
  EXPECT_EQ(done["create"], json::parse(R"({"success": ["x"], "errors": []})"));
}

TEST_F(Bulk, an_update_obeys_its_mask) {
  const auto done = send_actions(R"([{"action": "update", "update_mask": ["slots"], "entities": [
      {"name": "old", "slots": 5, "description": "lost", "include_deferred": true}]}])");
  EXPECT_EQ(done["update"]["success"], json{"old"});
  EXPECT_EQ(pool("old")["slots"], 5);
  EXPECT_EQ(pool("old")["description"], "kept");
  EXPECT_EQ(pool("old")["include_deferred"], false);
  const auto wrong = send_actions(R"([{"action": "update", "update_mask": ["colour"],
      "entities": [{"name": "old", "slots": 6}]}])");
  EXPECT_EQ(wrong["update"]["errors"][0]["status_code"], 400);
  EXPECT_EQ(pool("old")["slots"], 5);
}

TEST_F(Bulk, what_is_not_there_fails_the_action_or_is_skipped) {
  const std::string change =
      R"("entities": [{"name": "old", "slots": 4}, {"name": "no", "slots": 4}]}])";
  auto done = send_actions(R"([{"action": "update", )" + change);
  EXPECT_EQ(done["update"]["errors"][0]["status_code"], 404);
  EXPECT_EQ(done["update"]["errors"][0]["error"], "no pool \"no\"");
  EXPECT_EQ(pool("old")["slots"], 1);
  done = send_actions(R"([{"action": "update", "action_on_non_existence": "skip", )" + change);
  EXPECT_EQ(done["update"], json::parse(R"({"success": ["old"], "errors": []})"));
  EXPECT_EQ(pool("old")["slots"], 4);
  done = send_actions(R"([{"action": "delete", "entities": ["no", "old"]}])");
  EXPECT_EQ(done["delete"]["errors"][0]["status_code"], 404);
  EXPECT_EQ(pool("old")["slots"], 4);
  done = send_actions(
      R"([{"action": "delete", "action_on_non_existence": "skip", "entities": ["no", "old"]}])");
  EXPECT_EQ(done["delete"]["success"], json{"old"});
}

TEST_F(Bulk, one_that_fails_leaves_the_others_done) {
  const auto done = send_actions(R"([{"action": "delete", "entities": ["default_pool", "old"]}])");
  EXPECT_EQ(done["delete"]["success"], json{"old"});
  EXPECT_EQ(done["delete"]["errors"][0]["status_code"], 400);
  EXPECT_EQ(pool("default_pool")["name"], "default_pool");
}

TEST_F(Bulk, a_wrong_body_does_nothing_and_names_each_place) {
  const auto done = send_actions(R"([
      {"action": "delete", "entities": ["old"]},
      {"action": "create", "entities": [{"name": "a", "slots": 1}, {"name": "b"},
                                        {"name": "c", "slots": 1, "colour": "red"}, 7]}])",
                                 422);
  EXPECT_EQ(pools(), 3) << "nothing was deleted";
  std::vector<json> places;
  for (const auto& issue : done["detail"]) places.push_back(issue["loc"]);
  EXPECT_THAT(places, ::testing::ElementsAre(
                          json::parse(R"(["body", "actions", "1", "entities", "1", "slots"])"),
                          json::parse(R"(["body", "actions", "1", "entities", "2", "colour"])"),
                          json::parse(R"(["body", "actions", "1", "entities", "3"])")));
}

TEST_F(Bulk, an_action_is_checked) {
  for (const auto* actions :
       {R"(7)", R"([7])", R"([{"action": "create"}])", R"([{"entities": []}])",
        R"([{"action": "rename", "entities": []}])", R"([{"action": "create", "entities": {}}])",
        R"([{"action": "create", "action_on_existence": "maybe", "entities": []}])",
        R"([{"action": "create", "action_on_non_existence": "skip", "entities": []}])",
        R"([{"action": "create", "entities": ["old"]}])",
        R"([{"action": "delete", "action_on_non_existence": "overwrite", "entities": []}])",
        R"([{"action": "delete", "update_mask": ["slots"], "entities": []}])"})
    EXPECT_EQ(send_actions(actions, 422)["status"], 422) << actions;
  patch_json("/api/v2/pools", json::object(), 422);
}

TEST_F(Bulk, a_call_has_a_bound) {
  std::string names = R"("old")";
  for (int i = 0; i < 1000; ++i) names += R"(, "p)" + std::to_string(i) + R"(")";
  const auto refused = send_actions(
      R"([{"action": "delete", "action_on_non_existence": "skip", "entities": [)" + names + "]}]",
      422);
  EXPECT_THAT(refused["detail"][0]["msg"].get<std::string>(), HasSubstr("1000 entities"));
  EXPECT_EQ(pool("old")["slots"], 1);
}

}  // namespace
}  // namespace weft::test
