#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Backfills : public ApiFixture {
 protected:
  Backfills() { put_dag(); }

  json body(const char* from = "2025-11-01", const char* to = "2025-11-05") const {
    return {{"dag_id", "orders"},
            {"from_date", std::string(from) + "T00:00:00Z"},
            {"to_date", std::string(to) + "T23:00:00Z"}};
  }
  json put_json(const std::string& target, int status = 200) {
    const auto response = send("PUT", target);
    EXPECT_EQ(response.status, status) << target << "\n" << response.body;
    return json::parse(response.body, nullptr, false);
  }
};

TEST_F(Backfills, one_is_made_and_shows_its_progress) {
  auto wanted = body();
  wanted["max_active_runs"] = 2;
  wanted["dag_run_conf"] = {{"mode", "full"}};
  const auto made = post_json("/api/v2/backfills", wanted);
  EXPECT_EQ(made["id"], 1);
  EXPECT_EQ(made["state"], "running");
  EXPECT_EQ(made["completed_at"], nullptr);
  EXPECT_EQ(made["run_on_latest_version"], true);
  EXPECT_EQ(made["progress"]["total"], 5);
  EXPECT_EQ(made["progress"]["running"], 2);
  EXPECT_EQ(made["progress"]["remaining"], 3);
  const auto runs = get_json("/api/v2/dags/orders/dagRuns?order_by=logical_date");
  ASSERT_EQ(runs["total_entries"], 2);
  EXPECT_EQ(runs["dag_runs"][0]["run_type"], "backfill");
  EXPECT_EQ(runs["dag_runs"][0]["triggered_by"], "backfill");
  EXPECT_EQ(runs["dag_runs"][0]["conf"]["mode"], "full");
  EXPECT_EQ(made["dag_id"], "orders");
  EXPECT_EQ(made["dag_display_name"], "Orders");
  EXPECT_EQ(made["task_ids"], json::array());
  EXPECT_EQ(get_json("/api/v2/backfills?dag_id=orders")["backfills"][0], made);
  EXPECT_EQ(get_json("/api/v2/backfills/1"), made);
  get_json("/api/v2/backfills/7", 404);
  get_json("/api/v2/backfills?dag_id=nothing", 404);
}

TEST_F(Backfills, it_is_paused_and_cancelled) {
  post_json("/api/v2/backfills", body());
  EXPECT_EQ(put_json("/api/v2/backfills/1/pause")["state"], "paused");
  EXPECT_EQ(put_json("/api/v2/backfills/1/unpause")["is_paused"], false);
  const auto cancelled = put_json("/api/v2/backfills/1/cancel?cancel_running=true");
  EXPECT_EQ(cancelled["state"], "cancelled");
  EXPECT_EQ(cancelled["progress"]["failed"], 5);
  put_json("/api/v2/backfills/1/cancel", 409);
  put_json("/api/v2/backfills/1/pause", 409);
  put_json("/api/v2/backfills/9/pause", 404);
}

TEST_F(Backfills, what_is_wrong_is_said) {
  post_json("/api/v2/backfills", {{"dag_id", "orders"}}, 422);
  auto wrong = body();
  wrong["reprocess_behavior"] = "all";
  post_json("/api/v2/backfills", wrong, 422);
  wrong = body();
  wrong["colour"] = "red";
  post_json("/api/v2/backfills", wrong, 422);
  wrong = body();
  wrong["dag_id"] = "nothing";
  post_json("/api/v2/backfills", wrong, 404);
  post_json("/api/v2/backfills", body());
  EXPECT_THAT(post_json("/api/v2/backfills", body(), 409)["detail"].get<std::string>(),
              HasSubstr("backfill 1"));
}

TEST_F(Backfills, a_dry_run_lists_the_dates) {
  auto wanted = body();
  wanted["run_backwards"] = true;
  const auto plan = post_json("/api/v2/backfills/dry_run", wanted);
  EXPECT_EQ(plan["total_entries"], 5);
  EXPECT_EQ(plan["backfills"][0]["logical_date"], "2025-11-05T05:30:00Z");
  EXPECT_EQ(plan["backfills"][0]["action"], "create");
  EXPECT_EQ(get_json("/api/v2/backfills")["total_entries"], 0) << "nothing was made";
}

}  // namespace
}  // namespace weft::test
