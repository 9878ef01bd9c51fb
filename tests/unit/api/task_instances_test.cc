#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class TaskInstances : public ApiFixture {
 protected:
  TaskInstances() {
    put_dag();
    register_worker();
  }

  std::vector<std::string> ids(const std::string& target) {
    std::vector<std::string> result;
    const auto list = get_json(target);
    for (const auto& instance : list["task_instances"]) result.push_back(instance["task_id"]);
    return result;
  }
  std::string run_path(const std::string& id) const { return runs_ + "/" + id; }

  const std::string runs_ = "/api/v2/dags/orders/dagRuns";
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(TaskInstances, show_their_task_run_and_attempt) {
  const auto id = trigger();
  const auto attempt = leased("extract");
  start_attempt(attempt);
  const auto extract = get_json(run_path(id) + "/taskInstances/extract");
  EXPECT_EQ(extract["state"], "running");
  EXPECT_EQ(extract["try_number"], 1);
  EXPECT_EQ(extract["max_tries"], 2);
  EXPECT_EQ(extract["hostname"], "w1");
  EXPECT_EQ(extract["pool_slots"], 2);
  EXPECT_EQ(extract["operator"], "shell");
  EXPECT_EQ(extract["map_index"], -1);
  EXPECT_EQ(extract["start_date"], "2026-01-01T00:00:00Z");
  const auto load = get_json(run_path(id) + "/taskInstances/load");
  EXPECT_EQ(load["state"], nullptr);
  EXPECT_EQ(load["try_number"], 0);
  EXPECT_EQ(load["queue"], "heavy");
  EXPECT_EQ(get_json(run_path(id) + "/taskInstances/load/-1"), load);
  get_json(run_path(id) + "/taskInstances/load/0", 404);
  get_json(run_path(id) + "/taskInstances/lod", 404);
}

TEST_F(TaskInstances, are_listed_filtered_and_sorted) {
  const auto id = complete_run();
  const auto other = trigger({{"dag_run_id", "other"}});
  const auto path = run_path(id) + "/taskInstances";
  EXPECT_THAT(ids(path), ElementsAre("extract", "load"));
  EXPECT_THAT(ids(path + "?order_by=-id"), ElementsAre("load", "extract"));
  EXPECT_THAT(ids(path + "?task_id=load"), ElementsAre("load"));
  EXPECT_THAT(ids(path + "?state=success&queue=heavy"), ElementsAre("load"));
  EXPECT_THAT(ids(path + "?pool=default_pool&operator=shell&task_display_name_pattern=ext"),
              ElementsAre("extract"));
  EXPECT_THAT(ids(path + "?pool=other"), IsEmpty());
  EXPECT_THAT(ids(path + "?state=failed"), IsEmpty());
  EXPECT_THAT(ids(path + "?try_number=1&map_index=-1&version_number=1&limit=1"),
              ElementsAre("extract"));
  EXPECT_THAT(ids(path + "?duration_gte=2&duration_lt=3"), ElementsAre("extract", "load"));
  EXPECT_THAT(ids(runs_ + "/~/taskInstances"), ElementsAre("extract", "load", "extract", "load"));
  EXPECT_THAT(ids(runs_ + "/~/taskInstances?state=none"), ElementsAre("load"));
  EXPECT_THAT(ids("/api/v2/dags/~/dagRuns/~/taskInstances?run_id_pattern=other"),
              ElementsAre("extract", "load"));
  EXPECT_THAT(ids("/api/v2/dags/~/dagRuns/other/taskInstances?queue_name_pattern=heav"),
              ElementsAre("load"));
  EXPECT_THAT(ids(path + "/load/listMapped"), IsEmpty());
  get_json(path + "/nothing/listMapped", 404);
  get_json(path + "?state=nonsense", 422);
  get_json("/api/v2/dags/orders/dagRuns/nothing/taskInstances", 404);
  get_json("/api/v2/dags/nothing/dagRuns/~/taskInstances", 404);
}

TEST_F(TaskInstances, are_listed_by_their_group) {
  put_dag(R"({"dag_id": "grouped", "task_groups": {"g": {}}, "tasks": [
      {"task_id": "in", "type": "noop", "group": "g"}, {"task_id": "out", "type": "noop"}]})",
          "grouped.dag.json");
  post_json("/api/v2/dags/grouped/dagRuns", {{"dag_run_id", "r"}, {"logical_date", nullptr}});
  const std::string path = "/api/v2/dags/grouped/dagRuns/r/taskInstances?task_group_id=";
  EXPECT_THAT(ids(path + "g"), ElementsAre("in"));
  EXPECT_THAT(ids(path + "h"), IsEmpty());
}

TEST_F(TaskInstances, are_listed_by_a_body) {
  complete_run();
  trigger({{"dag_run_id", "other"}});
  const std::string path = "/api/v2/dags/~/dagRuns/~/taskInstances/list";
  EXPECT_EQ(post_json(path, json::object())["total_entries"], 4);
  EXPECT_EQ(post_json(path, {{"dag_run_ids", {"other"}}, {"state", {nullptr}}})["total_entries"],
            1);
  EXPECT_EQ(post_json(path, {{"task_ids", {"load"}}, {"queue", {"heavy"}}})["total_entries"], 2);
  post_json(path, {{"order_by", "nonsense"}}, 400);
  post_json(path, {{"nonsense", 1}}, 422);
  post_json("/api/v2/dags/orders/dagRuns/~/taskInstances/list", json::object(), 422);
}

TEST_F(TaskInstances, have_tries) {
  const auto id = trigger();
  const auto first = leased("extract");
  start_attempt(first);
  finish_attempt(first, AttemptState::failed, nullptr, 3);
  const auto path = run_path(id) + "/taskInstances/extract";
  const auto waiting = get_json(path);
  EXPECT_EQ(waiting["state"], "up_for_retry");
  EXPECT_EQ(waiting["next_retry_at"], "2026-01-01T00:05:02Z");
  EXPECT_EQ(waiting["max_tries"], 2);
  const auto tries = get_json(path + "/tries");
  ASSERT_EQ(tries["total_entries"], 1);
  EXPECT_EQ(tries["task_instances"][0]["state"], "failed");
  EXPECT_EQ(tries["task_instances"][0]["exit_code"], 3);
  EXPECT_EQ(tries["task_instances"][0]["error"], "exit code 3");
  EXPECT_EQ(get_json(path + "/tries/1"), tries["task_instances"][0]);
  EXPECT_EQ(get_json(path + "/-1/tries"), tries);
  get_json(path + "/tries/2", 404);
  get_json(path + "/tries/x", 422);
}

TEST_F(TaskInstances, say_why_they_do_not_run) {
  const auto id = trigger();
  const auto path = run_path(id) + "/taskInstances/load";
  const auto why = get_json(path + "/why");
  EXPECT_EQ(why["state"], nullptr);
  ASSERT_FALSE(why["reasons"].empty());
  EXPECT_EQ(get_json(path + "/-1/why"), why);
  const auto dependencies = get_json(path + "/dependencies")["dependencies"];
  EXPECT_EQ(dependencies[0]["reason"], why["reasons"][0]["message"]);
  get_json(run_path(id) + "/taskInstances/nothing/why", 404);
}

TEST_F(TaskInstances, have_outputs) {
  const auto id = complete_run();
  const auto path = run_path(id) + "/taskInstances/extract/xcomEntries";
  const auto entries = get_json(path);
  ASSERT_EQ(entries["total_entries"], 2);
  EXPECT_EQ(entries["xcom_entries"][0]["key"], "file");
  EXPECT_FALSE(entries["xcom_entries"][0].contains("value"));
  EXPECT_EQ(get_json(path + "/rows")["value"], 7);
  EXPECT_EQ(get_json(path + "/rows?stringify=true")["value"], "7");
  EXPECT_EQ(get_json(path + "?xcom_key_pattern=RO")["total_entries"], 1);
  EXPECT_EQ(get_json(run_path(id) + "/taskInstances/~/xcomEntries?limit=1")["total_entries"], 2);
  EXPECT_EQ(get_json("/api/v2/dags/~/dagRuns/~/taskInstances/~/xcomEntries")["total_entries"], 2);
  get_json(path + "/nothing", 404);
  get_json(path + "/rows?map_index=-2", 422);
}

}  // namespace
}  // namespace weft::test
