// Approvals in Airflow's shape.

#include <gmock/gmock.h>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class HitlDetails : public ApiFixture {
 protected:
  HitlDetails() {
    put_dag(R"({"dag_id": "ask", "tasks": [
        {"task_id": "t", "type": "approval", "with": {"subject": "Load {{ run_id }}?", "body": "Well?",
         "params": {"n": {"type": "integer", "default": 1}}, "timeout": "8h"}},
        {"task_id": "next", "type": "noop", "depends_on": ["t"]}]})",
            "ask.dag.json");
    run_id_ = trigger({{"dag_run_id", "one"}}, "ask");
  }

  std::string detail_ = "/api/v2/dags/ask/dagRuns/one/taskInstances/t/-1/hitlDetails";
  std::string run_id_;
};

TEST_F(HitlDetails, a_question_is_listed_with_its_task_instance) {
  const json all = get_json("/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false");
  ASSERT_EQ(all["total_entries"], 1);
  const json& detail = all["hitl_details"][0];
  EXPECT_EQ(detail["subject"], "Load one?");
  EXPECT_EQ(detail["body"], "Well?");
  EXPECT_EQ(detail["options"], json({"Approve", "Reject"}));
  EXPECT_EQ(detail["params"]["n"]["value"], 1);
  EXPECT_EQ(detail["response_received"], false);
  EXPECT_EQ(detail["responded_by_user"], nullptr);
  EXPECT_EQ(detail["task_instance"]["task_id"], "t");
  EXPECT_EQ(detail["task_instance"]["state"], "deferred");
  EXPECT_EQ(get_json("/api/v2/dags/ask/dagRuns/~/hitlDetails?state=success")["total_entries"], 0);
  EXPECT_EQ(
      get_json("/api/v2/dags/ask/dagRuns/one/hitlDetails?subject_search=load")["total_entries"], 1);
  (void)get_json("/api/v2/dags/ask/dagRuns/one/hitlDetails?order_by=nothing", 400);
}

TEST_F(HitlDetails, an_answer_is_checked_kept_and_given_once) {
  (void)patch_json(detail_, {{"chosen_options", {"Perhaps"}}}, 422);
  (void)patch_json(detail_, {{"chosen_options", json::array()}}, 422);
  (void)patch_json(detail_, {{"options", {"Approve"}}}, 422);
  (void)patch_json(detail_, {{"chosen_options", {"Approve"}}, {"params_input", {{"n", "x"}}}}, 422);
  const json answer =
      patch_json(detail_, {{"chosen_options", {"Approve"}}, {"params_input", {{"n", 4}}}});
  EXPECT_EQ(answer["params_input"]["n"], 4);
  const json detail = get_json(detail_);
  EXPECT_EQ(detail["response_received"], true);
  EXPECT_EQ(detail["chosen_options"], json({"Approve"}));
  EXPECT_EQ(detail["task_instance"]["state"], "success");
  (void)patch_json(detail_, {{"chosen_options", {"Reject"}}}, 409);
  EXPECT_EQ(get_json("/api/v2/dags/ask/dagRuns/one")["state"], "success");
  EXPECT_EQ(get_json("/api/v2/dags/ask/dagRuns/one/taskInstances/t/xcomEntries/chosen")["value"],
            "Approve");
}

TEST_F(HitlDetails, what_asks_nobody_is_not_found) {
  (void)get_json("/api/v2/dags/ask/dagRuns/one/taskInstances/next/-1/hitlDetails", 404);
  (void)get_json("/api/v2/dags/ask/dagRuns/two/taskInstances/t/-1/hitlDetails", 404);
}

}  // namespace
}  // namespace weft::test
