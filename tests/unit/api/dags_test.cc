#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class Dags : public ApiFixture {
 protected:
  Dags() {
    put_dag();
    put_dag(R"({"dag_id": "invoices", "tags": ["shop"], "owner": "finance",
                "tasks": [{"task_id": "a", "command": "true"}]})",
            "invoices.dag.json");
    put_dag(R"({"dag_id": "hourly", "schedule": "@hourly", "catchup": "all",
                "start_date": "2025-12-31",
                "tasks": [{"task_id": "a", "command": "true", "max_active_tis_per_dag": 1}]})",
            "sub/hourly.dag.json");
  }

  std::vector<std::string> ids(const std::string& query) {
    std::vector<std::string> result;
    const auto list = get_json("/api/v2/dags" + query);
    for (const auto& dag : list["dags"]) result.push_back(dag["dag_id"]);
    return result;
  }
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Dags, are_listed_by_id) {
  EXPECT_THAT(ids(""), ElementsAre("hourly", "invoices", "orders"));
  EXPECT_THAT(ids("?order_by=-dag_id"), ElementsAre("orders", "invoices", "hourly"));
  EXPECT_THAT(ids("?limit=1&offset=1"), ElementsAre("invoices"));
  const auto none = get_json("/api/v2/dags?limit=0");
  EXPECT_THAT(none["dags"], IsEmpty());
  EXPECT_EQ(none["total_entries"], 3);
}

TEST_F(Dags, are_filtered) {
  EXPECT_THAT(ids("?tags=shop"), ElementsAre("invoices", "orders"));
  EXPECT_THAT(ids("?tags=shop&tags=daily&tags_match_mode=all"), ElementsAre("orders"));
  EXPECT_THAT(ids("?owners=finance"), ElementsAre("invoices"));
  EXPECT_THAT(ids("?dag_id_pattern=OUR"), ElementsAre("hourly"));
  EXPECT_THAT(ids("?dag_id_pattern=hour|inv"), ElementsAre("hourly", "invoices"));
  std::string many = "?dag_id_pattern=inv";  // SQLite refuses an expression of 1,000 terms
  for (int i = 0; i < 3000; ++i) many += "|x";
  EXPECT_THAT(ids(many), ElementsAre("invoices"));
  EXPECT_THAT(ids("?dag_display_name_pattern=Orders"), ElementsAre("orders"));
  EXPECT_THAT(ids("?paused=true"), IsEmpty());
  EXPECT_THAT(ids("?bundle_name=main&has_import_errors=false").size(), 3U);
  EXPECT_THAT(ids("?timetable_type=NullTimetable"), ElementsAre("invoices"));
  EXPECT_THAT(ids("?is_favorite=true"), IsEmpty());
  // What a caller sends is a value, never SQL.
  EXPECT_THAT(ids("?owners=x'%20OR%201=1"), IsEmpty());
}

TEST_F(Dags, are_filtered_by_their_runs) {
  EXPECT_THAT(ids("?last_dag_run_state=queued&dag_id_pattern=inv"), IsEmpty());
  trigger(json::object(), "invoices");
  const auto state = get_json("/api/v2/dags/invoices/dagRuns")["dag_runs"][0]["state"];
  EXPECT_THAT(ids("?dag_id_pattern=inv&last_dag_run_state=" + state.get<std::string>()),
              ElementsAre("invoices"));
  EXPECT_THAT(ids("?dag_id_pattern=inv&dag_run_state=failed"), IsEmpty());
  EXPECT_THAT(ids("?dag_id_pattern=inv&last_dag_run_state=success"), IsEmpty());
  get_json("/api/v2/dags?last_dag_run_state=nonsense", 422);
}

TEST_F(Dags, stale_ones_are_hidden_unless_asked_for) {
  apply(RemoveDagFile{"main", "invoices.dag.json"});
  EXPECT_THAT(ids(""), ElementsAre("hourly", "orders"));
  EXPECT_THAT(ids("?exclude_stale=false"), ElementsAre("hourly", "invoices", "orders"));
  EXPECT_EQ(get_json("/api/v2/dags/invoices")["is_stale"], true);
}

TEST_F(Dags, say_what_runs_next) {
  const auto orders = get_json("/api/v2/dags/orders");
  EXPECT_EQ(orders["next_dagrun_run_after"], "2026-01-01T05:30:00Z");
  EXPECT_EQ(orders["next_dagrun_data_interval_start"], "2025-12-31T05:30:00Z");
  EXPECT_EQ(orders["timetable_summary"], "30 5 * * *");
  EXPECT_EQ(get_json("/api/v2/dags/invoices")["next_dagrun_run_after"], nullptr);
  EXPECT_EQ(ids("?order_by=next_dagrun").back(), "invoices");
  EXPECT_EQ(ids("?order_by=-next_dagrun").front(), "invoices");
}

TEST_F(Dags, have_details) {
  const auto details = get_json("/api/v2/dags/orders/details");
  EXPECT_EQ(details["catchup"], false);
  EXPECT_EQ(details["params"]["mode"]["value"], "part");
  EXPECT_EQ(details["params"]["mode"]["schema"]["enum"], json::parse(R"(["full", "part"])"));
  EXPECT_EQ(details["latest_dag_version"]["version_number"], 1);
  EXPECT_EQ(details["owners"], json::parse(R"(["data"])"));
  EXPECT_EQ(details["start_date"], "2025-01-01T00:00:00Z");
  const auto hourly = get_json("/api/v2/dags/hourly/details");
  EXPECT_EQ(hourly["catchup"], true);
  EXPECT_EQ(hourly["has_task_concurrency_limits"], true);
  EXPECT_EQ(hourly["relative_fileloc"], "sub/hourly.dag.json");
}

TEST_F(Dags, can_be_paused) {
  EXPECT_EQ(patch_json("/api/v2/dags/orders", {{"is_paused", true}})["is_paused"], true);
  EXPECT_THAT(ids("?paused=true"), ElementsAre("orders"));
  patch_json("/api/v2/dags/orders?update_mask=is_paused", {{"is_paused", false}});
  EXPECT_THAT(ids("?paused=true"), IsEmpty());
  patch_json("/api/v2/dags/orders?update_mask=owners", {{"is_paused", false}}, 400);
  patch_json("/api/v2/dags/orders", json::object(), 422);
  patch_json("/api/v2/dags/orders", {{"is_paused", "yes"}}, 422);
  patch_json("/api/v2/dags/orders", {{"is_paused", true}, {"owner", "me"}}, 422);
  patch_json("/api/v2/dags/nothing", {{"is_paused", true}}, 404);
}

TEST_F(Dags, have_tasks) {
  const auto tasks = get_json("/api/v2/dags/orders/tasks");
  EXPECT_EQ(tasks["total_entries"], 2);
  EXPECT_EQ(tasks["tasks"][0]["downstream_task_ids"], json::parse(R"(["load"])"));
  EXPECT_EQ(tasks["tasks"][0]["retry_delay"]["seconds"], 300);
  EXPECT_EQ(get_json("/api/v2/dags/orders/tasks?order_by=-retries")["tasks"][0]["task_id"],
            "extract");
  get_json("/api/v2/dags/orders/tasks?order_by=extra_links", 400);
  EXPECT_EQ(get_json("/api/v2/dags/orders/tasks/load")["queue"], "heavy");
  get_json("/api/v2/dags/orders/tasks/lod", 404);
}

TEST_F(Dags, have_versions_and_sources) {
  put_dag(R"({"dag_id": "invoices", "tasks": [{"task_id": "b", "command": "false"}]})",
          "invoices.dag.json");
  const auto versions = get_json("/api/v2/dags/invoices/dagVersions?order_by=-version_number");
  ASSERT_EQ(versions["total_entries"], 2);
  EXPECT_EQ(versions["dag_versions"][0]["version_number"], 2);
  EXPECT_EQ(get_json("/api/v2/dags/invoices/dagVersions/1")["id"],
            versions["dag_versions"][1]["id"]);
  get_json("/api/v2/dags/invoices/dagVersions/3", 404);
  get_json("/api/v2/dags/invoices/dagVersions/one", 422);
  const auto source = get_json("/api/v2/dagSources/invoices");
  EXPECT_EQ(source["version_number"], 2);
  EXPECT_NE(source["content"].get<std::string>().find("false"), std::string::npos);
  const auto text = get("/api/v2/dagSources/invoices?version_number=1", {{"accept", "text/plain"}});
  EXPECT_NE(text.body.find("finance"), std::string::npos);
  EXPECT_EQ(get("/api/v2/dagSources/invoices", {{"accept", "image/png"}}).status, 406);
}

TEST_F(Dags, versions_of_all_are_listed) {
  put_dag(R"({"dag_id": "invoices", "tasks": [{"task_id": "b", "command": "false"}]})",
          "invoices.dag.json");
  const auto all = get_json("/api/v2/dags/~/dagVersions");
  EXPECT_EQ(all["total_entries"], 4);
  EXPECT_EQ(all["dag_versions"][3]["dag_id"], "invoices");
  const auto first = get_json("/api/v2/dags/~/dagVersions?version_number=1&order_by=-id&limit=2");
  EXPECT_EQ(first["total_entries"], 3);
  EXPECT_EQ(first["dag_versions"].size(), 2u);
  get_json("/api/v2/dags/~/dagVersions/1", 404);
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "invoices", ""}}};
  const auto own = get_json("/api/v2/dags/~/dagVersions");
  EXPECT_EQ(own["total_entries"], 2);
  for (const auto& version : own["dag_versions"]) EXPECT_EQ(version["dag_id"], "invoices");
  get_json("/api/v2/dags/orders/dagVersions", 404);
}

TEST_F(Dags, owners_are_collected) {
  put_dag(R"({"dag_id": "books", "owner": "sales", "tasks": [{"task_id": "b", "type": "noop"}]})",
          "books.dag.json");
  const auto owners = get_json("/api/v2/dagOwners");
  EXPECT_EQ(owners["total_entries"], owners["owners"].size());
  EXPECT_THAT(owners["owners"].get<std::vector<std::string>>(),
              ::testing::AllOf(::testing::Contains("data"), ::testing::Contains("sales"),
                               ::testing::Not(::testing::Contains(""))));
  EXPECT_EQ(get_json("/api/v2/dagOwners?order_by=-name&limit=1")["owners"], (json{"sales"}));
  EXPECT_EQ(get_json("/api/v2/dagOwners?owner_pattern=ALE")["owners"], (json{"sales"}));
  get_json("/api/v2/dagOwners?order_by=age", 400);
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "books", ""}}};
  EXPECT_EQ(get_json("/api/v2/dagOwners")["owners"], (json{"sales"}));
}

TEST_F(Dags, say_where_the_runbook_is) {
  EXPECT_EQ(get_json("/api/v2/dags/orders/details")["runbook_url"], nullptr);
  put_dag(R"({"dag_id": "books", "runbook_url": "https://example.com/books",
              "tasks": [{"task_id": "b", "type": "noop"}]})",
          "books.dag.json");
  EXPECT_EQ(get_json("/api/v2/dags/books/details")["runbook_url"], "https://example.com/books");
}

TEST_F(Dags, tags_and_stats_are_collected) {
  EXPECT_EQ(get_json("/api/v2/dagTags")["tags"], json::parse(R"(["daily", "shop"])"));
  EXPECT_EQ(get_json("/api/v2/dagTags?order_by=-name&limit=1")["tags"], json::parse(R"(["shop"])"));
  EXPECT_EQ(get_json("/api/v2/dagTags?tag_name_pattern=DAI")["tags"], json::parse(R"(["daily"])"));
  trigger(json::object(), "invoices");
  const auto stats = get_json("/api/v2/dagStats?dag_ids=invoices");
  ASSERT_EQ(stats["total_entries"], 1);
  int runs = 0;
  for (const auto& state : stats["dags"][0]["stats"]) runs += state["count"].get<int>();
  EXPECT_EQ(runs, 1);
}

TEST_F(Dags, a_file_is_validated_as_the_loader_does) {
  const auto bad = send("POST", "/api/v2/dags/validate?filename=new.dag.json",
                        R"({"tasks": [{"task_id": "a", "command": "x", "depends_on": ["b"]}]})");
  const auto answer = json::parse(bad.body);
  EXPECT_EQ(bad.status, 200);
  EXPECT_EQ(answer["valid"], false);
  EXPECT_EQ(answer["dag_id"], "new");
  EXPECT_EQ(answer["diagnostics"][0]["file"], "new.dag.json");
  const auto good = send("POST", "/api/v2/dags/validate", std::string(orders_dag));
  EXPECT_EQ(json::parse(good.body)["valid"], true);
}

}  // namespace
}  // namespace weft::test
