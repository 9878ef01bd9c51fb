// Assets over the API: what there is, events, what waits, and the runs that came of it.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Assets : public ApiFixture {
 protected:
  Assets() {
    put_dag(R"({"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop",
      "inlets": ["raw"], "outlets": [{"uri": "s3://orders", "name": "orders", "group": "shop",
      "extra": {"owner": "data"}}]}]})",
            "make.dag.json");
    put_dag(R"({"dag_id": "use", "dag_display_name": "Use it",
      "schedule": {"assets": {"all": ["s3://orders", {"any": ["b", "c"]}]}},
      "tasks": [{"task_id": "t", "type": "noop"}]})",
            "use.dag.json");
    apply(FireTimers{});
  }

  std::int64_t id_of(const std::string& uri) {
    const json page = get_json("/api/v2/assets");
    for (const json& asset : page["assets"])
      if (asset["uri"] == uri) return asset["id"];
    return 0;
  }

  json emit(const std::string& uri, json body = json::object()) {
    body["asset_id"] = id_of(uri);
    json event = post_json("/api/v2/assets/events", body);
    clock_.advance(std::chrono::seconds(2));
    apply(FireTimers{});
    apply(FireTimers{});
    return event;
  }
};

TEST_F(Assets, an_asset_says_who_names_it) {
  trigger(json::object(), "make");
  const json asset = get_json("/api/v2/assets/" + std::to_string(id_of("s3://orders")));
  EXPECT_EQ(asset["name"], "orders");
  EXPECT_EQ(asset["group"], "shop");
  EXPECT_EQ(asset["extra"], (json{{"owner", "data"}}));
  ASSERT_EQ(asset["producing_tasks"].size(), 1U);
  EXPECT_EQ(asset["producing_tasks"][0]["dag_id"], "make");
  EXPECT_EQ(asset["producing_tasks"][0]["task_id"], "t");
  ASSERT_EQ(asset["scheduled_dags"].size(), 1U);
  EXPECT_EQ(asset["scheduled_dags"][0]["dag_id"], "use");
  EXPECT_EQ(asset["consuming_tasks"], json::array());
  EXPECT_EQ(asset["last_asset_event"]["id"], 1);
  EXPECT_EQ(get_json("/api/v2/assets/" + std::to_string(id_of("raw")))["consuming_tasks"].size(),
            1U);
  get_json("/api/v2/assets/99", 404);
}

TEST_F(Assets, lists_are_filtered) {
  EXPECT_EQ(get_json("/api/v2/assets")["total_entries"], 4);
  EXPECT_EQ(get_json("/api/v2/assets?name_pattern=orders")["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/assets?uri_pattern=s3:")["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/assets?dag_ids=make")["total_entries"], 2);
  EXPECT_EQ(get_json("/api/v2/assets?order_by=-uri")["assets"][0]["uri"], "s3://orders");
  apply(RemoveDagFile{"main", "make.dag.json"});
  EXPECT_EQ(get_json("/api/v2/assets")["total_entries"], 3);
  EXPECT_EQ(get_json("/api/v2/assets?only_active=false")["total_entries"], 4);
  get_json("/api/v2/assets?order_by=x", 400);
  EXPECT_EQ(get_json("/api/v2/assets/aliases")["total_entries"], 0);
  get_json("/api/v2/assets/aliases/1", 404);
}

TEST_F(Assets, an_event_by_the_api_makes_a_run_that_names_its_events) {
  const json first = emit("s3://orders", {{"extra", {{"rows", 7}}}});
  EXPECT_EQ(first["extra"], (json{{"rows", 7}, {"from_rest_api", true}}));
  EXPECT_EQ(first["uri"], "s3://orders");
  EXPECT_TRUE(first["source_task_id"].is_null());
  EXPECT_EQ(first["created_dagruns"], json::array());
  emit("b");
  const json runs = get_json("/api/v2/dags/use/dagRuns");
  ASSERT_EQ(runs["total_entries"], 1);
  const json run = runs["dag_runs"][0];
  EXPECT_EQ(run["run_type"], "asset_triggered");
  EXPECT_EQ(run["triggered_by"], "asset");
  EXPECT_TRUE(run["logical_date"].is_null());
  EXPECT_TRUE(run["partition_key"].is_null());
  const std::string id = run["dag_run_id"];
  const json upstream = get_json("/api/v2/dags/use/dagRuns/" + id + "/upstreamAssetEvents");
  ASSERT_EQ(upstream["total_entries"], 2);
  EXPECT_EQ(upstream["asset_events"][0]["uri"], "s3://orders");
  EXPECT_EQ(upstream["asset_events"][1]["uri"], "b");
  const json created = upstream["asset_events"][0]["created_dagruns"];
  ASSERT_EQ(created.size(), 1U);
  EXPECT_EQ(created[0]["run_id"], id);
  EXPECT_EQ(created[0]["dag_id"], "use");
}

TEST_F(Assets, partitions_make_runs_of_their_own) {
  emit("s3://orders", {{"partition_key", "2026-01"}});
  emit("b", {{"partition_key", "2026-02"}});
  EXPECT_EQ(get_json("/api/v2/dags/use/dagRuns")["total_entries"], 0);
  emit("c", {{"extra", {{"partition_key", "2026-01"}}}});
  const json runs = get_json("/api/v2/dags/use/dagRuns");
  ASSERT_EQ(runs["total_entries"], 1);
  EXPECT_EQ(runs["dag_runs"][0]["partition_key"], "2026-01");
}

TEST_F(Assets, events_are_listed_and_filtered) {
  trigger(json::object(), "make");
  emit("b");
  EXPECT_EQ(get_json("/api/v2/assets/events")["total_entries"], 2);
  const json of_task = get_json("/api/v2/assets/events?source_dag_id=make&source_task_id=t");
  ASSERT_EQ(of_task["total_entries"], 1);
  EXPECT_EQ(of_task["asset_events"][0]["source_map_index"], -1);
  EXPECT_EQ(
      get_json("/api/v2/assets/events?asset_id=" + std::to_string(id_of("b")))["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/assets/events?name_pattern=orders")["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/assets/events?timestamp_gt=2030-01-01")["total_entries"], 0);
  EXPECT_EQ(get_json("/api/v2/assets/events?order_by=-timestamp")["asset_events"][0]["uri"], "b");
}

TEST_F(Assets, bad_events_are_refused) {
  post_json("/api/v2/assets/events", {{"asset_id", 99}}, 404);
  post_json("/api/v2/assets/events", json::object(), 422);
  post_json("/api/v2/assets/events", {{"asset_id", 1}, {"extra", 5}}, 422);
  post_json("/api/v2/assets/events", {{"asset_id", 1}, {"x", 5}}, 422);
  post_json("/api/v2/assets/events", {{"asset_id", 1}, {"partition_key", std::string(251, 'x')}},
            422);
}

TEST_F(Assets, one_idempotency_key_is_one_event) {
  const std::string body = json{{"asset_id", id_of("b")}}.dump();
  const auto first = send("POST", "/api/v2/assets/events", body, {{"idempotency-key", "k"}});
  const auto again = send("POST", "/api/v2/assets/events", body, {{"idempotency-key", "k"}});
  EXPECT_EQ(json::parse(first.body)["id"], json::parse(again.body)["id"]);
  EXPECT_EQ(get_json("/api/v2/assets/events")["total_entries"], 1);
}

TEST_F(Assets, what_waits_is_shown_and_forgotten) {
  emit("s3://orders");
  const std::string asset = std::to_string(id_of("s3://orders"));
  const json queued = get_json("/api/v2/dags/use/assets/queuedEvents");
  ASSERT_EQ(queued["total_entries"], 1);
  EXPECT_EQ(queued["queued_events"][0]["dag_display_name"], "Use it");
  EXPECT_EQ(get_json("/api/v2/assets/" + asset + "/queuedEvents")["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/dags/use/assets/" + asset + "/queuedEvents")["dag_id"], "use");
  get_json("/api/v2/dags/use/assets/" + std::to_string(id_of("b")) + "/queuedEvents", 404);
  EXPECT_EQ(get_json("/api/v2/dags/use/assets/queuedEvents?before=2020-01-01")["total_entries"], 0);
  EXPECT_EQ(send("DELETE", "/api/v2/dags/use/assets/queuedEvents?before=2020-01-01").status, 404);
  EXPECT_EQ(send("DELETE", "/api/v2/dags/use/assets/" + asset + "/queuedEvents").status, 204);
  EXPECT_EQ(send("DELETE", "/api/v2/dags/use/assets/" + asset + "/queuedEvents").status, 404);
  EXPECT_EQ(send("DELETE", "/api/v2/dags/use/assets/0/queuedEvents").status, 404);
  EXPECT_EQ(get_json("/api/v2/dags/use/assets/queuedEvents")["total_entries"], 0);
}

TEST_F(Assets, materialize_triggers_the_one_dag_that_makes_it) {
  const std::string asset = "/api/v2/assets/" + std::to_string(id_of("s3://orders"));
  const json run = post_json(asset + "/materialize", {{"note", "again"}, {"partition_key", "p"}});
  EXPECT_EQ(run["dag_id"], "make");
  EXPECT_EQ(run["note"], "again");
  EXPECT_EQ(run["partition_key"], "p");
  post_json("/api/v2/assets/" + std::to_string(id_of("b")) + "/materialize", json::object(), 404);
  put_dag(R"({"dag_id": "more", "tasks": [{"task_id": "t", "type": "noop",
             "outlets": ["s3://orders"]}]})",
          "more.dag.json");
  EXPECT_THAT(post_json(asset + "/materialize", json::object(), 409)["detail"].get<std::string>(),
              HasSubstr("make"));
}

TEST_F(Assets, materialize_waits_for_the_end_of_the_run_though_its_path_names_no_dag) {
  put_dag(R"({"dag_id": "slow", "tasks": [{"task_id": "t", "command": "true",
             "outlets": ["slowly"]}]})",
          "slow.dag.json");
  register_worker();
  const std::string asset = "/api/v2/assets/" + std::to_string(id_of("slowly"));
  const auto response = send("POST", asset + "/materialize?wait=10s", "{}");
  ASSERT_NE(response.pending, nullptr) << response.body;
  EXPECT_FALSE(response.pending->poll());
  finish_attempt(leased("t"), AttemptState::success);
  const auto answer = response.pending->poll();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  const json run = json::parse(answer->body);
  EXPECT_EQ(run["dag_id"], "slow");
  EXPECT_EQ(run["state"], "success");
}

TEST_F(Assets, dags_are_found_by_what_they_wait_for) {
  const auto ids = [&](const std::string& query) {
    std::vector<std::string> all;
    const json page = get_json("/api/v2/dags?" + query);
    for (const json& dag : page["dags"]) all.push_back(dag["dag_id"]);
    return all;
  };
  EXPECT_THAT(ids("has_asset_schedule=true"), ElementsAre("use"));
  EXPECT_THAT(ids("has_asset_schedule=false"), ElementsAre("make"));
  EXPECT_THAT(ids("asset_dependency=orders"), ElementsAre("use"));
  EXPECT_THAT(ids("asset_dependency=raw"), ElementsAre());
  for (const char* nothing : {"", "+", "|", "%20|%20"})
    EXPECT_THAT(ids(std::string("asset_dependency=") + nothing), ElementsAre("make", "use"));
  const json details = get_json("/api/v2/dags/use/details");
  EXPECT_EQ(details["timetable_summary"], "Asset");
  const json& all = details["asset_expression"]["all"];
  EXPECT_EQ(all[0]["asset"]["uri"], "s3://orders");
  EXPECT_EQ(all[1]["any"][1]["asset"]["name"], "c");
  EXPECT_TRUE(get_json("/api/v2/dags/make/details")["asset_expression"].is_null());
}

TEST_F(Assets, why_says_what_a_dag_waits_for) {
  emit("s3://orders");
  const json why = get_json("/api/v2/dags/use/why");
  EXPECT_EQ(why["reasons"][0]["code"], "assets_missing");
  EXPECT_EQ(why["reasons"][0]["data"]["missing"], (json{"b", "c"}));
  get_json("/api/v2/dags/nobody/why", 404);
}

}  // namespace
}  // namespace weft::test
