#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class DagRuns : public ApiFixture {
 protected:
  DagRuns() {
    put_dag();
    put_dag(R"({"dag_id": "invoices", "tasks": [{"task_id": "a", "command": "true"}]})",
            "invoices.dag.json");
    register_worker();
  }

  std::vector<std::string> ids(const std::string& query, const std::string& dag = "orders") {
    std::vector<std::string> result;
    const auto list = get_json("/api/v2/dags/" + dag + "/dagRuns" + query);
    for (const auto& run : list["dag_runs"]) result.push_back(run["dag_run_id"]);
    return result;
  }

  const std::string runs_ = "/api/v2/dags/orders/dagRuns";
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(DagRuns, show_what_they_were_and_became) {
  const auto id = complete_run();
  const auto run = get_json(runs_ + "/" + id);
  EXPECT_EQ(run["state"], "success");
  EXPECT_EQ(run["run_type"], "manual");
  EXPECT_EQ(run["triggered_by"], "rest_api");
  EXPECT_EQ(run["conf"], json::parse(R"({"mode": "full"})"));
  EXPECT_EQ(run["note"], "by hand");
  EXPECT_EQ(run["duration"], 4.0);
  EXPECT_EQ(run["logical_date"], nullptr);
  EXPECT_EQ(run["dag_versions"].size(), 1U);
  EXPECT_EQ(run["failed_tasks"], 0);
  get_json(runs_ + "/other", 404);
}

TEST_F(DagRuns, are_listed_filtered_and_sorted) {
  trigger({{"dag_run_id", "one"}, {"conf", {{"mode", "full"}}}});
  clock_.advance(std::chrono::hours(1));
  trigger({{"dag_run_id", "two"}, {"logical_date", "2025-06-01T00:00:00Z"}});
  trigger({{"dag_run_id", "three"}}, "invoices");
  EXPECT_THAT(ids(""), ElementsAre("one", "two"));
  EXPECT_THAT(ids("?order_by=-run_after"), ElementsAre("two", "one"));
  EXPECT_THAT(ids("", "~"), ElementsAre("one", "two", "three"));
  EXPECT_THAT(ids("?dag_id_pattern=inv", "~"), ElementsAre("three"));
  EXPECT_THAT(ids("?run_id_pattern=ON"), ElementsAre("one"));
  EXPECT_THAT(ids("?conf_contains=full"), ElementsAre("one"));
  EXPECT_THAT(ids("?logical_date_gte=2025-06-01T00:00:00Z"), ElementsAre("two"));
  EXPECT_THAT(ids("?run_after_gt=2026-01-01T00:30:00Z"), ElementsAre("two"));
  EXPECT_THAT(ids("?state=failed&state=success"), IsEmpty());
  EXPECT_THAT(ids("?run_type=manual&dag_version=1"), ElementsAre("one", "two"));
  EXPECT_THAT(ids("?run_type=scheduled"), IsEmpty());
  EXPECT_THAT(ids("?limit=1&offset=1"), ElementsAre("two"));
  get_json(runs_ + "?state=nonsense", 422);
  get_json("/api/v2/dags/nothing/dagRuns", 404);
}

TEST_F(DagRuns, more_than_a_hundred_come_in_pages) {
  for (int i = 0; i < 102; ++i) trigger(json::object(), "invoices");
  const auto page = get_json("/api/v2/dags/invoices/dagRuns?limit=1000");
  EXPECT_EQ(page["dag_runs"].size(), 100U);
  EXPECT_EQ(page["total_entries"], 102);
  EXPECT_EQ(get_json("/api/v2/dags/invoices/dagRuns")["dag_runs"].size(), 50U);
}

TEST_F(DagRuns, are_listed_by_a_body) {
  trigger({{"dag_run_id", "one"}});
  trigger({{"dag_run_id", "two"}}, "invoices");
  const std::string path = "/api/v2/dags/~/dagRuns/list";
  EXPECT_EQ(post_json(path, json::object())["total_entries"], 2);
  const auto some = post_json(path, {{"dag_ids", {"invoices"}}, {"order_by", "-run_after"}});
  EXPECT_EQ(some["dag_runs"][0]["dag_run_id"], "two");
  EXPECT_EQ(post_json(path, {{"states", {"failed"}}})["total_entries"], 0);
  EXPECT_EQ(post_json(path, {{"page_limit", 0}})["dag_runs"].size(), 0U);
  post_json(path, {{"order_by", "nonsense"}}, 400);
  post_json(path, {{"state", {"failed"}}}, 422);
  post_json(path, {{"start_date_gte", 7}}, 422);
  post_json("/api/v2/dags/orders/dagRuns/list", json::object(), 422);
}

TEST_F(DagRuns, can_be_marked_and_noted) {
  const auto id = trigger();
  auto run = patch_json(runs_ + "/" + id, {{"note", "look"}, {"state", nullptr}});
  EXPECT_EQ(run["note"], "look");
  EXPECT_EQ(run["state"], "running");
  run = patch_json(runs_ + "/" + id + "?update_mask=note", {{"note", "x"}, {"state", "failed"}});
  EXPECT_EQ(run["state"], "running");
  EXPECT_EQ(patch_json(runs_ + "/" + id, {{"state", "failed"}})["state"], "failed");
  patch_json(runs_ + "/" + id, {{"state", "running"}}, 422);
  patch_json(runs_ + "/" + id, {{"note", std::string(1001, 'x')}}, 422);
  patch_json(runs_ + "/" + id + "?update_mask=conf", {{"note", "x"}}, 400);
  patch_json(runs_ + "/other", {{"note", "x"}}, 404);
}

TEST_F(DagRuns, can_be_cancelled) {
  const auto id = trigger();
  const auto run = post_json(runs_ + "/" + id + "/cancel", json::object());
  EXPECT_EQ(run["dag_run_id"], id);
  finish_attempt(leased("extract"), AttemptState::cancelled);
  const auto after = get_json(runs_ + "/" + id);
  EXPECT_EQ(after["state"], "failed");
  EXPECT_EQ(after["reason"], "cancelled");
  post_json(runs_ + "/" + id + "/cancel", {{"why", "x"}}, 422);
  post_json(runs_ + "/other/cancel", json::object(), 404);
}

TEST_F(DagRuns, say_why_they_do_not_run) {
  apply(PauseDag{"invoices", true, ""});
  const auto waiting = trigger({{"run_after", "2026-02-01T00:00:00Z"}}, "invoices");
  const auto why = get_json("/api/v2/dags/invoices/dagRuns/" + waiting + "/why");
  EXPECT_EQ(why["state"], "queued");
  ASSERT_FALSE(why["reasons"].empty());
  EXPECT_TRUE(why["reasons"][0]["message"].is_string());
  const auto id = complete_run();
  const auto done = get_json(runs_ + "/" + id + "/why");
  EXPECT_EQ(done, json::parse(R"({"state": "success", "reasons": []})"));
}

}  // namespace
}  // namespace weft::test
