// Runs of many DAGs in one answer: the newest of each, and how they went over time.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class RunOverview : public ApiFixture {
 protected:
  RunOverview() {
    for (const std::string id : {"a", "b", "none"})
      put_dag(R"({"dag_id": ")" + id + R"(", "tasks": [{"task_id": "t", "command": "true"}]})",
              id + ".dag.json");
  }
  static json ids(const json& dag) {
    auto found = json::array();
    for (const auto& run : dag["latest_dag_runs"]) found.push_back(run["dag_run_id"]);
    return found;
  }
};

TEST_F(RunOverview, the_newest_runs_of_each_dag_come_in_one_answer) {
  std::vector<std::string> runs;
  for (int i = 0; i < 3; ++i) {
    clock_.advance(std::chrono::minutes(1));
    runs.push_back(trigger(json::object(), "a"));
  }
  const std::string other = trigger(json::object(), "b");
  const auto dags = get_json(
      "/api/v2/recentDagRuns?dag_ids=b&dag_ids=a&dag_ids=none&dag_ids=no_such&dag_ids=a"
      "&dag_runs_limit=2")["dags"];
  ASSERT_EQ(dags.size(), 3u) << "each once";
  EXPECT_EQ(dags[0]["dag_id"], "a");
  EXPECT_EQ(ids(dags[0]), (json{runs[2], runs[1]}));
  EXPECT_EQ(ids(dags[1]), (json{other}));
  EXPECT_EQ(ids(dags[2]), json::array());
  // What a run's own answer says, as far as it goes.
  const auto whole = get_json("/api/v2/dags/a/dagRuns/" + runs[2]);
  const auto& light = dags[0]["latest_dag_runs"][0];
  for (const auto& [name, value] : light.items()) EXPECT_EQ(value, whole[name]) << name;
}

TEST_F(RunOverview, what_is_asked_for_is_bounded) {
  get_json("/api/v2/recentDagRuns", 422);
  get_json("/api/v2/recentDagRuns?dag_ids=a&dag_runs_limit=15", 422);
  get_json("/api/v2/recentDagRuns?dag_ids=a&dag_runs_limit=0", 422);
  std::string many = "/api/v2/recentDagRuns?dag_ids=0";
  for (int i = 1; i < 100; ++i) many += "&dag_ids=" + std::to_string(i);
  EXPECT_EQ(get_json(many)["dags"], json::array());
  get_json(many + "&dag_ids=100", 422);
}

TEST_F(RunOverview, runs_are_counted_by_state_in_windows) {
  clock_.advance(std::chrono::hours(2));  // 2026-01-01T02:00:00Z
  const std::string failed = trigger(json::object(), "a");
  clock_.advance(std::chrono::hours(1));
  patch_json("/api/v2/dags/a/dagRuns/" + failed, {{"state", "failed"}});
  const std::string good = trigger(json::object(), "a");
  patch_json("/api/v2/dags/a/dagRuns/" + good, {{"state", "success"}});
  trigger(json::object(), "b");
  const std::string target =
      "/api/v2/dagRunStats?run_after=2026-01-01T02:00:00Z&run_after=2026-01-01T03:00:00Z"
      "&run_after=2026-01-01T05:00:00Z";
  const auto windows = get_json(target)["windows"];
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0]["run_after_gte"], "2026-01-01T02:00:00Z");
  EXPECT_EQ(windows[0]["run_after_lt"], "2026-01-01T03:00:00Z");
  EXPECT_EQ(windows[0]["dag_run_states"],
            (json{{"queued", 0}, {"running", 0}, {"success", 0}, {"failed", 1}}));
  EXPECT_EQ(windows[1]["dag_run_states"],
            (json{{"queued", 0}, {"running", 1}, {"success", 1}, {"failed", 0}}));
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "b", ""}}};
  EXPECT_EQ(get_json(target)["windows"][1]["dag_run_states"],
            (json{{"queued", 0}, {"running", 1}, {"success", 0}, {"failed", 0}}));
}

TEST_F(RunOverview, windows_follow_each_other) {
  const std::string target = "/api/v2/dagRunStats?run_after=";
  get_json("/api/v2/dagRunStats", 422);
  get_json(target + "2026-01-01T02:00:00Z", 422);
  get_json(target + "2026-01-01T02:00:00Z&run_after=2026-01-01T02:00:00Z", 422);
  get_json(target + "2026-01-01T02:00:00Z&run_after=never", 422);
  std::string many = target + "2025-01-01T00:00:00Z";
  for (int i = 1; i <= 64; ++i)
    many +=
        "&run_after=2025-01-01T0" + std::to_string(i / 10) + ":00:0" + std::to_string(i % 10) + "Z";
  EXPECT_EQ(get_json(many)["windows"].size(), 64u);
  get_json(many + "&run_after=2025-02-01", 422);
}

TEST_F(RunOverview, tells_of_the_callers_dags_only) {
  trigger(json::object(), "a");
  trigger(json::object(), "b");
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "b", ""}}};
  const auto dags = get_json("/api/v2/recentDagRuns?dag_ids=a&dag_ids=b")["dags"];
  ASSERT_EQ(dags.size(), 1u);
  EXPECT_EQ(dags[0]["dag_id"], "b");
}

}  // namespace
}  // namespace weft::test
