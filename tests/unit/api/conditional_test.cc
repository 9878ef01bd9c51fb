// ETag, If-None-Match and If-Match.

#include <atomic>
#include <thread>

#include "server/api/conditional.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Conditional : public ApiFixture {
 protected:
  Conditional() { apply(PutPool{.pool = {.name = "small", .slots = 2}}); }

  static constexpr const char* pool = "/api/v2/pools/small";

  std::string etag_at(const std::string& target) {
    for (const auto& [name, value] : get(target).headers)
      if (name == "etag") return value;
    return "";
  }
  http::Response patch_slots(const std::string& if_match, int slots) {
    return send("PATCH", pool, json{{"slots", slots}}.dump(), {{"if-match", if_match}});
  }
  int slots() { return get_json(pool)["slots"]; }
};

TEST_F(Conditional, an_etag_is_of_the_bytes) {
  EXPECT_EQ(api::etag_of("a"), api::etag_of("a"));
  EXPECT_NE(api::etag_of("a"), api::etag_of("b"));
  EXPECT_EQ(api::etag_of("").size(), 34U);
  EXPECT_EQ(etag_at(pool), api::etag_of(get(pool).body));
}

TEST_F(Conditional, lists_of_tags_are_read) {
  EXPECT_TRUE(api::is_none_match("*", "\"a\""));
  EXPECT_TRUE(api::is_none_match("\"a\"", "\"a\""));
  EXPECT_TRUE(api::is_none_match("W/\"a\"", "\"a\""));
  EXPECT_TRUE(api::is_none_match("\"x\", W/\"y\" ,\"a\"", "\"a\""));
  EXPECT_TRUE(api::is_none_match(" , \"x,y\",\"a\"", "\"a\""));
  for (const auto* field : {"", "a", "\"a", "\"aa\"", "x\"a\"", "\"x,\"a\"\"", "**", "w/\"a\""})
    EXPECT_FALSE(api::is_none_match(field, "\"a\"")) << field;
  EXPECT_TRUE(api::is_match("\"x\", \"a\"", "\"a\""));
  EXPECT_TRUE(api::is_match("*", "\"a\""));
  EXPECT_FALSE(api::is_match("W/\"a\"", "\"a\""));
  EXPECT_TRUE(api::is_match("W/\"a\", \"a\"", "\"a\""));
}

TEST_F(Conditional, a_304_has_the_etag_and_no_body) {
  const auto etag = etag_at(pool);
  for (const auto& field : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const auto response = get(pool, {{"if-none-match", field}});
    EXPECT_EQ(response.status, 304) << field;
    EXPECT_TRUE(response.body.empty());
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0].first, "etag");
    EXPECT_EQ(response.headers[0].second, etag);
  }
  patch_json(pool, {{"slots", 3}});
  EXPECT_EQ(get(pool, {{"if-none-match", etag}}).status, 200);
  EXPECT_NE(etag_at(pool), etag);
}

TEST_F(Conditional, lists_have_etags_and_problems_have_none) {
  const auto etag = etag_at("/api/v2/pools");
  ASSERT_FALSE(etag.empty());
  EXPECT_EQ(get("/api/v2/pools", {{"if-none-match", etag}}).status, 304);
  EXPECT_EQ(get("/api/v2/pools?limit=1", {{"if-none-match", etag}}).status, 200);
  EXPECT_EQ(get("/api/v2/pools/none", {{"if-none-match", "*"}}).status, 404);
  EXPECT_EQ(etag_at("/api/v2/pools/none"), "");
}

TEST_F(Conditional, logs_and_streams_have_none) {
  put_dag();
  register_worker();
  const auto log =
      "/api/v2/dags/orders/dagRuns/" + complete_run() + "/taskInstances/extract/logs/1";
  for (const auto* type : {"application/json", "text/plain", "application/x-ndjson"}) {
    const auto response = get(log, {{"accept", type}, {"if-none-match", "*"}});
    EXPECT_EQ(response.status, 200) << type;
    for (const auto& [name, value] : response.headers) EXPECT_NE(name, "etag") << type;
  }
  EXPECT_EQ(get("/api/v2/events", {{"if-none-match", "*"}}).status, 200);
}

TEST_F(Conditional, a_write_happens_to_what_was_read) {
  const auto etag = etag_at(pool);
  EXPECT_EQ(patch_slots(etag, 3).status, 200);
  const auto late = patch_slots(etag, 4);
  EXPECT_EQ(late.status, 412);
  const json problem = json::parse(late.body);
  EXPECT_EQ(problem["code"], "precondition_failed");
  EXPECT_THAT(problem.value("detail", ""), HasSubstr("If-Match"));
  EXPECT_EQ(slots(), 3);
  EXPECT_EQ(patch_slots("W/" + etag_at(pool), 4).status, 412);
  EXPECT_EQ(patch_slots("\"x\", " + etag_at(pool), 4).status, 200);
  EXPECT_EQ(patch_slots("*", 5).status, 200);
  EXPECT_EQ(slots(), 5);
  EXPECT_EQ(send("DELETE", pool, "", {{"if-match", etag}}).status, 412);
  EXPECT_EQ(send("DELETE", pool, "", {{"if-match", etag_at(pool)}}).status, 204);
  EXPECT_EQ(send("DELETE", pool, "", {{"if-match", "*"}}).status, 404);
}

TEST_F(Conditional, each_kind_of_object_takes_it) {
  put_dag();
  register_worker();
  post_json("/api/v2/variables", {{"key", "region"}, {"value", "eu"}}, 201);
  post_json("/api/v2/connections", {{"connection_id", "dwh"}, {"conn_type", "postgres"}}, 201);
  post_json("/api/v2/users", {{"username", "ada"}}, 201);
  const auto run = "/api/v2/dags/orders/dagRuns/" + complete_run();
  const std::pair<std::string, std::string> writes[] = {
      {"/api/v2/dags/orders", R"({"is_paused": true})"},
      {run, R"({"note": "seen"})"},
      {run + "/taskInstances/extract", R"({"note": "seen"})"},
      {run + "/taskInstances/extract/-1", R"({"note": "twice"})"},
      {"/api/v2/variables/region", R"({"value": "us"})"},
      {"/api/v2/connections/dwh", R"({"host": "db.example.com"})"},
      {"/api/v2/users/ada", R"({"role": "editor"})"}};
  for (const auto& [target, body] : writes) {
    SCOPED_TRACE(target);
    const auto etag = etag_at(target);
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(send("PATCH", target, body, {{"if-match", "\"old\""}}).status, 412);
    EXPECT_EQ(etag_at(target), etag);
    EXPECT_EQ(send("PATCH", target, body, {{"if-match", etag}}).status, 200);
    EXPECT_EQ(send("PATCH", target, body, {{"if-match", etag}}).status, 412);
  }
  EXPECT_EQ(send("DELETE", run, "", {{"if-match", "\"old\""}}).status, 412);
  EXPECT_EQ(send("DELETE", run, "", {{"if-match", etag_at(run)}}).status, 204);
}

TEST_F(Conditional, an_output_is_that_of_the_instance_in_the_body) {
  put_dag(R"({"dag_id": "mapped", "tasks": [
              {"task_id": "each", "type": "noop", "expand": {"n": [1, 2]}}]})",
          "mapped.dag.json");
  const auto run = trigger(json::object(), "mapped");
  const auto entries = "/api/v2/dags/mapped/dagRuns/" + run + "/taskInstances/each/xcomEntries";
  for (const int index : {0, 1})
    post_json(entries, {{"key", "rows"}, {"value", index}, {"map_index", index}}, 201);
  const auto entry = entries + "/rows";
  const auto etag = etag_at(entry + "?map_index=1");
  ASSERT_FALSE(etag.empty());
  const auto patch = [&](const std::string& target, int index) {
    const json body{{"value", 7}, {"map_index", index}};
    return send("PATCH", target, body.dump(), {{"if-match", etag}}).status;
  };
  EXPECT_EQ(patch(entry, 0), 412);
  EXPECT_EQ(patch(entry + "?map_index=1", 0), 412);
  EXPECT_EQ(patch(entry, 1), 200);
  EXPECT_EQ(patch(entry, 1), 412);
  EXPECT_EQ(get_json(entry + "?map_index=0")["value"], 0);
  EXPECT_EQ(get_json(entry + "?map_index=1")["value"], 7);
}

TEST_F(Conditional, what_cannot_be_read_matches_nothing) {
  put_dag();
  register_worker();
  const auto task =
      "/api/v2/dags/orders/dagRuns/" + complete_run() + "/taskInstances/extract/dry_run";
  const auto response = send("PATCH", task, R"({"new_state": "failed"})", {{"if-match", "*"}});
  EXPECT_EQ(response.status, 412);
  EXPECT_THAT(response.body, HasSubstr("nothing can be read at this path"));
  // Where the header means nothing it is not looked at.
  EXPECT_EQ(send("POST", "/api/v2/dags/orders/dagRuns", "", {{"if-match", "\"x\""}}).status, 200);
  EXPECT_EQ(get(pool, {{"if-match", "\"x\""}}).status, 200);
}

TEST_F(Conditional, who_may_not_write_learns_no_etag) {
  const auto etag = etag_at(pool);
  caller_ = auth::Caller{.user = "eve", .role = auth::Role::viewer};
  EXPECT_EQ(patch_slots("\"x\"", 9).status, 403);
  EXPECT_EQ(patch_slots(etag, 9).status, 403);
}

TEST_F(Conditional, of_many_with_one_tag_one_wins) {
  const auto etag = etag_at(pool);
  std::atomic<int> won = 0, late = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&, i] {
      const int status = patch_slots(etag, 10 + i).status;
      won += status == 200;
      late += status == 412;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(late, 5);
}

}  // namespace
}  // namespace weft::test
