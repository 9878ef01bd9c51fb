// A caller with grants sees in every list the DAGs of the grants, and nothing of the others.

#include <fmt/format.h>

#include <array>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using auth::Role;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Visibility : public ApiFixture {
 protected:
  Visibility() {
    put_dag(dag("mine", R"("shop")"), "mine.dag.json");
    put_dag(dag("mine2", R"("foreign-tag")"), "mine2.dag.json");
    for (const char* id : {"mine", "mine2"}) {
      const std::string dag_id = id;
      trigger({{"dag_run_id", dag_id + "-run"}}, dag_id);
      const auto from = *parse_instant("2025-02-01"), to = *parse_instant("2025-02-03");
      apply(CreateBackfill{.dag_id = dag_id, .from_date = from, .to_date = to});
      apply(PutImportError{"main", dag_id + ".dag.json", dag_id, dag_id + " is broken"});
      JobRow job;
      job.id = JobId{dag_id == "mine" ? 1 : 2};
      job.dag = DagKey{dag_id == "mine" ? 1 : 2};
      job.action = "clear";
      writer_->begin();
      EXPECT_TRUE(writer_->write(job));
      EXPECT_TRUE(writer_->commit());
    }
  }
  static std::string dag(const std::string& id, const std::string& tags) {
    return fmt::format(R"({{"dag_id": "{0}", "tags": [{1}], "owner": "of-{0}",
        "start_date": "2025-01-01",
        "schedule": "@daily", "catchup": "none", "tasks": [
          {{"task_id": "make", "type": "noop", "outlets": ["asset-{0}"]}},
          {{"task_id": "lost", "type": "noop", "pool": "none"}},
          {{"task_id": "ask", "type": "approval",
            "with": {{"subject": "by {0}"}}}}]}})",
                       id, tags);
  }
  void become(auth::Grant grant) { caller_ = {.user = "ada", .grants = {std::move(grant)}}; }

  /// What a list says, with a total that fits.
  std::string list(const std::string& method, const std::string& target, const char* rows) {
    const auto response = send(method, target, method == "GET" ? "" : "{}");
    EXPECT_EQ(response.status, 200) << target << response.body;
    const json body = json::parse(response.body);
    EXPECT_EQ(body[rows].size(), body["total_entries"]) << target;
    EXPECT_GT(body[rows].size(), 0u) << target;
    return body[rows].dump();
  }
};

struct List {
  const char *method, *target, *rows;
};
constexpr List lists[] = {
    {"GET", "/api/v2/dags", "dags"},
    {"GET", "/api/v2/dags?order_by=next_dagrun", "dags"},
    {"GET", "/api/v2/dags/~/dagRuns", "dag_runs"},
    {"POST", "/api/v2/dags/~/dagRuns/list", "dag_runs"},
    {"GET", "/api/v2/dags/~/dagRuns/~/taskInstances", "task_instances"},
    {"GET", "/api/v2/dags/~/dagRuns/~/taskInstances?operator=approval", "task_instances"},
    {"POST", "/api/v2/dags/~/dagRuns/~/taskInstances/list", "task_instances"},
    {"GET", "/api/v2/dags/~/dagRuns/~/hitlDetails", "hitl_details"},
    {"GET", "/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false", "hitl_details"},
    {"GET", "/api/v2/backfills", "backfills"},
    {"GET", "/api/v2/dagStats", "dags"},
    {"GET", "/api/v2/dagTags", "tags"},
    {"GET", "/api/v2/dagOwners", "owners"},
    {"GET", "/api/v2/dags/~/dagVersions", "dag_versions"},
    {"GET", "/api/v2/importErrors", "import_errors"},
    {"GET", "/api/v2/jobs", "jobs"},
    {"GET", "/api/v2/eventLogs", "event_logs"},
    {"GET", "/api/v2/assets/events", "asset_events"},
    {"GET", "/api/v2/dagWarnings", "dag_warnings"},
};

TEST_F(Visibility, every_list_keeps_to_the_grants) {
  for (const auto& [method, target, rows] : lists) {
    SCOPED_TRACE(target);
    caller_ = {.user = "root", .role = Role::admin};
    EXPECT_THAT(list(method, target, rows),
                ::testing::AnyOf(HasSubstr("mine2"), HasSubstr("foreign")));
    for (const auth::Grant& grant :
         {auth::Grant{Role::operator_, "mine", ""}, auth::Grant{Role::operator_, "", "shop"}}) {
      become(grant);
      const auto said = list(method, target, rows);
      EXPECT_THAT(said, ::testing::AnyOf(HasSubstr("mine"), HasSubstr("shop")));
      EXPECT_THAT(said, Not(HasSubstr("mine2")));
      EXPECT_THAT(said, Not(HasSubstr("foreign")));
    }
    for (const auth::Grant& grant :
         {auth::Grant{Role::admin, "min", ""}, auth::Grant{Role::admin, "", "sho"}}) {
      become(grant);
      const auto response = send(method, target, std::string(method) == "GET" ? "" : "{}");
      EXPECT_EQ(response.status, 200);
      const json body = json::parse(response.body);
      EXPECT_EQ(body["total_entries"], 0);
      EXPECT_EQ(body[rows], json::array());
    }
  }
}

TEST_F(Visibility, a_stream_of_events_keeps_to_the_grants) {
  become({Role::viewer, "mine", ""});
  const auto stream = get("/api/v2/events?last_event_id=0").stream;
  ASSERT_NE(stream, nullptr);
  std::string all;
  for (int i = 0; i < 20; ++i) all += stream->poll().bytes;
  EXPECT_THAT(all, HasSubstr(R"("dag_id":"mine")"));
  EXPECT_THAT(all, Not(HasSubstr("mine2")));
  become({});
  get_json("/api/v2/events", 403);
}

TEST_F(Visibility, dags_are_paused_only_where_one_may) {
  become({Role::operator_, "mine", ""});
  const auto paused = patch_json("/api/v2/dags", {{"is_paused", true}});
  ASSERT_EQ(paused["dags"].size(), 1u);
  EXPECT_EQ(paused["dags"][0]["dag_id"], "mine");
  become({Role::viewer, "mine", ""});
  patch_json("/api/v2/dags", {{"is_paused", true}}, 403);
}

TEST_F(Visibility, an_object_of_a_foreign_dag_is_not_there) {
  for (const std::string id : {"1", "2"}) {
    for (const std::string kind : {"backfills", "importErrors", "jobs"}) {
      const auto target = "/api/v2/" + kind + "/" + id;
      caller_ = {.user = "root", .role = Role::viewer};
      const bool is_mine = get_json(target).dump().find("mine2") == std::string::npos;
      become({Role::viewer, "mine", ""});
      auto told = get_json(target, is_mine ? 200 : 404);
      if (is_mine) continue;
      // As for one that never was.
      auto never = get_json("/api/v2/" + kind + "/777", 404);
      std::string detail = told["detail"];
      EXPECT_EQ(detail.replace(detail.find(id), 1, "777"), never["detail"]);
    }
  }
}

TEST_F(Visibility, an_entry_of_the_audit_belongs_to_its_dag) {
  post_json("/api/v2/pools", {{"name", "p"}, {"slots", 1}}, 201);
  const auto all = get_json("/api/v2/eventLogs");
  become({Role::operator_, "mine", ""});
  int seen = 0;
  for (const auto& entry : all["event_logs"]) {
    const auto target = fmt::format("/api/v2/eventLogs/{}", entry["event_log_id"].get<int>());
    const bool is_mine = entry["dag_id"] == "mine";
    get_json(target, is_mine ? 200 : 404);
    seen += is_mine ? 1 : 0;
  }
  EXPECT_GT(seen, 0);
  become({Role::viewer, "mine", ""});
  get_json("/api/v2/eventLogs", 403);
}

TEST_F(Visibility, a_backfill_is_made_and_edited_by_its_dag) {
  const auto body = [](const char* dag_id) {
    return json{{"dag_id", dag_id},
                {"from_date", "2025-03-01T00:00:00Z"},
                {"to_date", "2025-03-02T00:00:00Z"}};
  };
  become({Role::operator_, "mine", ""});
  for (const char* target : {"/api/v2/backfills", "/api/v2/backfills/dry_run"}) {
    EXPECT_EQ(post_json(target, body("mine2"), 404)["detail"], "no DAG \"mine2\"");
    // Whatever comes of it: it is not refused.
    const int status = send("POST", target, body("mine").dump()).status;
    EXPECT_TRUE(status == 200 || status == 409) << status;
  }
  const auto put = [&](const std::string& id, const char* verb) {
    return send("PUT", "/api/v2/backfills/" + id + "/" + verb).status;
  };
  for (const char* verb : {"pause", "unpause", "cancel"}) {
    EXPECT_EQ(put("1", verb), 200) << verb;
    EXPECT_EQ(put("2", verb), 404) << verb;
  }
  caller_ = {.user = "ada", .role = Role::viewer, .grants = {{Role::operator_, "mine", ""}}};
  EXPECT_EQ(put("2", "pause"), 403);
  EXPECT_EQ(get_json("/api/v2/backfills/2")["is_paused"], false);
  EXPECT_EQ(get_json("/api/v2/backfills/2")["state"], "running");
}

TEST_F(Visibility, a_bulk_edit_looks_at_the_dag_of_each_entity) {
  const auto body = [](const char* dag_id) {
    const json entity{{"dag_id", dag_id},
                      {"dag_run_id", std::string(dag_id) + "-run"},
                      {"task_id", "ask"},
                      {"note", "was here"}};
    json actions = json::array();
    actions.push_back({{"action", "update"}, {"entities", json::array({entity})}});
    return json{{"actions", std::move(actions)}};
  };
  become({Role::operator_, "mine", ""});
  for (const char* path : {"/api/v2/dags/~/dagRuns/~/taskInstances",
                           "/api/v2/dags/mine/dagRuns/mine-run/taskInstances"}) {
    auto done = patch_json(path, body("mine2"))["update"];
    EXPECT_EQ(done["success"], json::array());
    EXPECT_EQ(done["errors"][0]["status_code"], 404);
    EXPECT_EQ(done["errors"][0]["error"], "no DAG \"mine2\"");
    done = patch_json(path, body("mine"))["update"];
    EXPECT_EQ(done["success"].size(), 1u);
  }
  caller_ = {.user = "root", .role = Role::admin};
  EXPECT_EQ(get_json("/api/v2/dags/mine2/dagRuns/mine2-run/taskInstances/ask")["note"], nullptr);
}

TEST_F(Visibility, an_asset_is_materialized_by_the_dag_that_makes_it) {
  const auto assets = get_json("/api/v2/assets")["assets"];
  ASSERT_EQ(assets.size(), 2u);
  become({Role::operator_, "mine", ""});
  for (const auto& asset : assets) {
    const int id = asset["id"];
    const bool is_mine = asset["name"] == "asset-mine";
    const auto answer = post_json(fmt::format("/api/v2/assets/{}/materialize", id), json::object(),
                                  is_mine ? 200 : 404);
    if (!is_mine) {
      EXPECT_EQ(answer["detail"], fmt::format("no asset {}", id));
    }
  }
  caller_ = {.user = "ada", .role = Role::viewer, .grants = {{Role::operator_, "mine", ""}}};
  for (const auto& asset : assets) {
    const auto target = fmt::format("/api/v2/assets/{}/materialize", asset["id"].get<int>());
    post_json(target, json::object(), asset["name"] == "asset-mine" ? 200 : 403);
  }
  become({Role::operator_, "mine", ""});
  get_json("/api/v2/assets", 403);
  get_json("/api/v2/pools", 403);
  get_json("/api/v2/variables", 403);
  get_json("/api/v2/workers", 403);
}

TEST_F(Visibility, a_run_names_no_foreign_dag_that_made_its_events) {
  put_dag(R"({"dag_id": "waits", "schedule": {"assets": {"all": ["asset-mine"]}},
              "tasks": [{"task_id": "t", "type": "noop"}]})",
          "waits.dag.json");
  trigger(json::object(), "mine");
  clock_.advance(std::chrono::seconds(10));
  apply(FireTimers{});  // what waits for assets is looked at with the timers
  caller_ = {.user = "root", .role = Role::viewer};
  const auto runs = get_json("/api/v2/dags/waits/dagRuns")["dag_runs"];
  ASSERT_EQ(runs.size(), 1u);
  const auto target = "/api/v2/dags/waits/dagRuns/" + runs[0]["dag_run_id"].get<std::string>() +
                      "/upstreamAssetEvents";
  EXPECT_EQ(get_json(target)["asset_events"][0]["source_dag_id"], "mine");
  become({Role::viewer, "waits", ""});
  const auto event = get_json(target)["asset_events"][0];
  EXPECT_EQ(event["source_dag_id"], nullptr);
  EXPECT_EQ(event["source_run_id"], nullptr);
  EXPECT_EQ(event["created_dagruns"].size(), 1u);
  become({Role::viewer, "mine", ""});
  const auto events = get_json("/api/v2/assets/events?order_by=-timestamp")["asset_events"];
  EXPECT_EQ(events[0]["created_dagruns"], json::array());
}

TEST_F(Visibility, why_names_no_foreign_dag_of_a_circle) {
  for (const auto& [id, waits, makes] :
       {std::array{"near", "far-made", "near-made"}, std::array{"far", "near-made", "far-made"}})
    put_dag(fmt::format(R"({{"dag_id": "{}", "schedule": {{"assets": {{"all": ["{}"]}}}},
                "tasks": [{{"task_id": "t", "type": "noop", "outlets": ["{}"]}}]}})",
                        id, waits, makes),
            std::string(id) + ".dag.json");
  const auto circle = [&] {
    const auto why = get_json("/api/v2/dags/near/why");
    for (const auto& reason : why["reasons"])
      if (reason["code"] == "asset_circle") return reason;
    return json();
  };
  EXPECT_EQ(circle()["data"]["dags"].size(), 2u);
  become({Role::viewer, "near", ""});
  EXPECT_EQ(circle()["data"], json::object());
  EXPECT_THAT(circle()["message"].get<std::string>(), HasSubstr("not yours to see"));
  EXPECT_THAT(circle().dump(), Not(HasSubstr("far")));
  caller_.grants.push_back({Role::viewer, "far", ""});
  EXPECT_EQ(circle()["data"]["dags"].size(), 2u);
}

TEST_F(Visibility, why_names_no_foreign_run_that_a_task_waits_for) {
  put_dag(R"({"dag_id": "near", "tasks": [
      {"task_id": "start", "type": "trigger_dag", "with": {"dag_id": "mine2", "wait": true}}]})",
          "near.dag.json");
  const auto instance =
      "/api/v2/dags/near/dagRuns/" + trigger(json::object(), "near") + "/taskInstances/start";
  apply(FireTimers{});
  const auto reason = [&] { return get_json(instance + "/why")["reasons"][0]; };
  EXPECT_EQ(reason()["code"], "triggered_run");
  EXPECT_EQ(reason()["data"]["dag_id"], "mine2");
  become({Role::viewer, "near", ""});
  EXPECT_EQ(reason()["code"], "triggered_run");
  EXPECT_EQ(reason()["data"], json::object());
  EXPECT_THAT(reason().dump(), Not(HasSubstr("mine2")));
  EXPECT_THAT(get_json(instance + "/dependencies").dump(), Not(HasSubstr("mine2")));
  caller_.grants.push_back({Role::viewer, "mine2", ""});
  EXPECT_EQ(reason()["data"]["dag_id"], "mine2");
}

}  // namespace
}  // namespace weft::test
