// Pools, workers, import errors, the audit.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class Operations : public ApiFixture {
 protected:
  Operations() { put_dag(); }
};

TEST_F(Operations, a_pool_is_made_changed_and_deleted) {
  const auto made = post_json("/api/v2/pools", {{"name", "erp"}, {"slots", 3}}, 201);
  EXPECT_EQ(made["open_slots"], 3);
  EXPECT_EQ(made["include_deferred"], false);
  post_json("/api/v2/pools", {{"name", "erp"}, {"slots", 3}}, 409);
  auto pool = patch_json("/api/v2/pools/erp", {{"slots", -1}, {"description", "the ERP"}});
  EXPECT_EQ(pool["open_slots"], -1);
  EXPECT_EQ(pool["description"], "the ERP");
  pool = patch_json("/api/v2/pools/erp?update_mask=slots", {{"slots", 4}, {"description", "x"}});
  EXPECT_EQ(pool["slots"], 4);
  EXPECT_EQ(pool["description"], "the ERP");
  EXPECT_EQ(send("DELETE", "/api/v2/pools/erp").status, 204);
  get_json("/api/v2/pools/erp", 404);
  EXPECT_EQ(send("DELETE", "/api/v2/pools/erp").status, 404);
}

TEST_F(Operations, a_pool_is_checked) {
  post_json("/api/v2/pools", {{"name", "erp"}}, 422);
  post_json("/api/v2/pools", {{"name", "erp"}, {"slots", -2}}, 422);
  post_json("/api/v2/pools", {{"name", "erp"}, {"slots", 1}, {"colour", "red"}}, 422);
  post_json("/api/v2/pools", {{"name", ""}, {"slots", 1}}, 422);
  patch_json("/api/v2/pools/nothing", {{"slots", 1}}, 404);
  patch_json("/api/v2/pools/default_pool", {{"pool", "renamed"}}, 422);
  patch_json("/api/v2/pools/default_pool?update_mask=colour", {{"slots", 1}}, 400);
  EXPECT_EQ(send("DELETE", "/api/v2/pools/default_pool").status, 400);
}

TEST_F(Operations, slots_are_counted_from_what_runs) {
  register_worker();
  trigger();
  auto pool = get_json("/api/v2/pools/default_pool");
  EXPECT_EQ(pool["queued_slots"], 2);  // extract takes two
  EXPECT_EQ(pool["running_slots"], 0);
  start_attempt(leased("extract"));
  pool = get_json("/api/v2/pools?pool_name_pattern=default")["pools"][0];
  EXPECT_EQ(pool["running_slots"], 2);
  EXPECT_EQ(pool["occupied_slots"], 2);
  EXPECT_EQ(pool["open_slots"], 126);
  const auto worker = get_json("/api/v2/workers")["workers"][0];
  EXPECT_EQ(worker["name"], "w1");
  EXPECT_EQ(worker["state"], "online");
  EXPECT_EQ(worker["occupied_slots"], 1);
  EXPECT_EQ(worker["key"], "none");
  EXPECT_EQ(worker["queues"], json::parse(R"(["default", "heavy"])"));
}

TEST_F(Operations, import_errors_come_and_go) {
  apply(PutImportError{"main", "bad.dag.json", "bad", "bad.dag.json:1:2: expected a value"});
  const auto list = get_json("/api/v2/importErrors");
  ASSERT_EQ(list["total_entries"], 1);
  const auto error = list["import_errors"][0];
  EXPECT_EQ(error["filename"], "bad.dag.json");
  EXPECT_EQ(error["stack_trace"], "bad.dag.json:1:2: expected a value");
  const auto path = "/api/v2/importErrors/" + std::to_string(error["import_error_id"].get<int>());
  EXPECT_EQ(get_json(path), error);
  EXPECT_EQ(get_json("/api/v2/importErrors?filename_pattern=good")["total_entries"], 0);
  apply(RemoveDagFile{"main", "bad.dag.json"});
  get_json(path, 404);
}

TEST_F(Operations, the_text_of_a_bad_file_is_for_who_may_see_its_dag) {
  const std::string findings =
      R"([{"filename": "a.dag.json", "line": 1, "column": 2, "message": "no", "first_line": 1,
          "lines": ["{nope"], "mark": 2}])";
  put_dag(R"({"dag_id": "old", "tasks": [{"task_id": "t", "command": "true"}]})", "a.dag.json");
  put_dag(R"({"dag_id": "new", "tasks": [{"task_id": "t", "command": "true"}]})", "a.dag.json");
  apply(PutImportError{"main", "a.dag.json", "new", "a.dag.json:1:2: no", findings});
  const auto told = [&] { return get_json("/api/v2/importErrors")["import_errors"][0]; };
  EXPECT_EQ(told()["findings"], json::parse(findings));
  EXPECT_EQ(told()["dag_id"], "new");
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "new", ""}}};
  EXPECT_EQ(told()["findings"], json::parse(findings));
  EXPECT_EQ(told()["dag_id"], "new");
  // The file was the DAG's once: that it is bad is known, what stands in it now is another's.
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "old", ""}}};
  EXPECT_EQ(told()["findings"][0]["message"], "no");
  EXPECT_EQ(told()["findings"][0]["lines"], json::array());
  EXPECT_EQ(told()["dag_id"], nullptr);
  caller_ = {.user = "root", .role = auth::Role::viewer};
  apply(PutImportError{"main", "none.dag.json", "none", "none.dag.json:1:1: no"});
  const auto other = get_json("/api/v2/importErrors?filename_pattern=none")["import_errors"][0];
  EXPECT_EQ(other["dag_id"], nullptr);
  EXPECT_EQ(other["findings"], json::array());
}

TEST_F(Operations, the_same_error_in_another_text_is_another_one) {
  const auto put = [&](const std::string& findings) {
    apply(PutImportError{"main", "a.dag.json", "a", "a.dag.json:1:1: no", findings});
    return get_json("/api/v2/importErrors")["import_errors"];
  };
  EXPECT_EQ(put(R"([{"message": "1"}])")[0]["findings"][0]["message"], "1");
  const auto after = put(R"([{"message": "2"}])");
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0]["findings"][0]["message"], "2");
}

TEST_F(Operations, what_people_did_is_listed) {
  caller_.user = "ada";
  // What a caller says of itself means nothing.
  send("PATCH", "/api/v2/dags/orders", R"({"is_paused": true})", {{"x-weft-actor", "root"}});
  const auto list = get_json("/api/v2/eventLogs?dag_id=orders&owner=ada");
  ASSERT_EQ(list["total_entries"], 1);
  const auto event = list["event_logs"][0];
  const auto path = "/api/v2/eventLogs/" + std::to_string(event["event_log_id"].get<int>());
  EXPECT_EQ(get_json(path), event);
  EXPECT_EQ(get_json("/api/v2/eventLogs?owner=bob")["total_entries"], 0);
  get_json("/api/v2/eventLogs/99", 404);
}

TEST_F(Operations, health_and_version_are_told) {
  const auto health = get_json("/api/v2/monitor/health");
  EXPECT_EQ(health["scheduler"]["status"], "healthy");
  EXPECT_EQ(health["metadatabase"]["status"], "healthy");
  EXPECT_GT(health["disk"]["total_bytes"], 0);
  EXPECT_LE(health["disk"]["free_bytes"], health["disk"]["total_bytes"]);
  EXPECT_EQ(get_json("/api/v2/version")["version"], "0.1.0");
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_TRUE(json::parse(get("/schemas/dag/v1.json").body).contains("properties"));
}

}  // namespace
}  // namespace weft::test
