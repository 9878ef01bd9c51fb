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
  EXPECT_EQ(get_json("/api/v2/version")["version"], "0.1.0");
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_TRUE(json::parse(get("/schemas/dag/v1.json").body).contains("properties"));
}

}  // namespace
}  // namespace weft::test
