// Clearing, marking, cancelling and deleting, in the shape that Airflow's clients expect.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class TaskInstanceEdits : public ApiFixture {
 protected:
  TaskInstanceEdits() {
    put_dag();
    register_worker();
  }
  /// extract fails for good, load is upstream_failed.
  std::string failed_run() {
    const auto run = trigger();
    finish_attempt(leased("extract"), AttemptState::failed, nullptr, 1);
    apply(EditTasks{mark(run, "extract", EditAction::mark_failed), false, "ada"});
    return run;
  }
  static Edit mark(const std::string& run, const std::string& task, EditAction action) {
    Edit edit;
    edit.what.dag_id = "orders";
    edit.what.run_id = run;
    edit.what.tasks = {{task, std::nullopt}};
    edit.action = action;
    return edit;
  }
  std::string path(const std::string& run, const std::string& task) const {
    return "/api/v2/dags/orders/dagRuns/" + run + "/taskInstances/" + task;
  }
  json state(const std::string& run, const std::string& task) {
    return get_json(path(run, task))["state"];
  }
  const std::string clear_ = "/api/v2/dags/orders/clearTaskInstances";
};

TEST_F(TaskInstanceEdits, a_clear_is_a_dry_run_of_what_failed_unless_told_otherwise) {
  const auto run = failed_run();
  const auto listed = post_json(clear_, {{"dag_run_id", run}});
  EXPECT_EQ(listed["total_entries"], 2);
  EXPECT_EQ(listed["task_instances"][0]["task_id"], "extract");
  EXPECT_EQ(state(run, "extract"), "failed");
  const auto done = post_json(clear_, {{"dag_run_id", run}, {"dry_run", false}});
  EXPECT_EQ(done["total_entries"], 2);
  EXPECT_FALSE(done.contains("job_id"));
  EXPECT_EQ(done["task_instances"][0]["state"], "queued");
  EXPECT_EQ(get_json("/api/v2/dags/orders/dagRuns/" + run)["state"], "running");
  EXPECT_EQ(post_json(clear_, {{"dag_run_id", run}})["total_entries"], 0);
}

TEST_F(TaskInstanceEdits, a_clear_takes_ids_pairs_and_dates) {
  const auto run = complete_run();
  const json body{{"only_failed", false}, {"task_ids", json::array({json::array({"load", -1})})}};
  EXPECT_EQ(post_json(clear_, body)["total_entries"], 1) << "of all runs";
  json with_run = body;
  with_run["dag_run_id"] = run;
  with_run["task_ids"] = json::array({"extract"});
  with_run["include_downstream"] = true;
  EXPECT_EQ(post_json(clear_, with_run)["total_entries"], 2);
  EXPECT_EQ(post_json(clear_, {{"only_failed", false},
                               {"start_date", "2026-01-01T00:00:00Z"}})["total_entries"],
            0)
      << "a manual run has no logical date";
  post_json(clear_, {{"task_ids", {json{"load"}}}}, 422);
  post_json(clear_, {{"task_ids", {"nope"}}}, 404);
  post_json(clear_, {{"dag_run_id", "nope"}}, 404);
  post_json(clear_, {{"dag_run_id", run}, {"include_past", true}}, 400);
  post_json(clear_, {{"nope", 1}}, 422);
}

TEST_F(TaskInstanceEdits, what_runs_is_protected_with_409) {
  const auto run = trigger();
  start_attempt(leased("extract"));
  const json body{{"dag_run_id", run},
                  {"only_failed", false},
                  {"dry_run", false},
                  {"prevent_running_task", true}};
  post_json(clear_, body, 409);
  EXPECT_EQ(state(run, "extract"), "running");
}

TEST_F(TaskInstanceEdits, a_run_is_cleared) {
  const auto run = complete_run();
  const auto target = "/api/v2/dags/orders/dagRuns/" + run + "/clear";
  EXPECT_EQ(post_json(target, json::object())["total_entries"], 2);
  EXPECT_EQ(post_json(target, {{"dry_run", false}})["state"], "running");
  EXPECT_EQ(state(run, "load"), nullptr);
}

TEST_F(TaskInstanceEdits, a_patch_marks_and_evaluates_downstreams) {
  const auto run = failed_run();
  const auto target = path(run, "extract");
  const auto listed = patch_json(target + "/dry_run", {{"new_state", "success"}});
  EXPECT_EQ(listed["total_entries"], 1);
  EXPECT_EQ(state(run, "extract"), "failed");
  const auto done = patch_json(target, {{"new_state", "success"}, {"note", "it was done by hand"}});
  EXPECT_EQ(done["task_instances"][0]["state"], "success");
  EXPECT_EQ(done["task_instances"][0]["note"], "it was done by hand");
  EXPECT_EQ(state(run, "load"), "queued") << "its upstream is a success now";
}

TEST_F(TaskInstanceEdits, a_patch_to_the_same_state_is_a_conflict) {
  const auto run = complete_run();
  const auto again = patch_json(path(run, "load"), {{"new_state", "success"}}, 409);
  EXPECT_EQ(again["detail"], "Task id load is already in success state");
  patch_json(path(run, "load"), {{"new_state", "running"}}, 422);
  patch_json(path(run, "nope"), {{"new_state", "failed"}}, 404);
  patch_json(path(run, "load") + "/0", {{"new_state", "failed"}}, 404);
  patch_json(path(run, "load") + "/-1", {{"new_state", "failed"}});
  EXPECT_EQ(state(run, "load"), "failed");
  EXPECT_EQ(get_json("/api/v2/dags/orders/dagRuns/" + run)["state"], "failed");
}

TEST_F(TaskInstanceEdits, an_update_mask_leaves_out_the_rest) {
  const auto run = complete_run();
  const json body{{"new_state", "failed"}, {"note", "seen"}};
  patch_json(path(run, "load") + "?update_mask=note", body);
  EXPECT_EQ(state(run, "load"), "success");
  EXPECT_EQ(get_json(path(run, "load"))["note"], "seen");
  patch_json(path(run, "load") + "?update_mask=state", body, 400);
}

TEST_F(TaskInstanceEdits, many_at_once_report_one_by_one) {
  const auto run = complete_run();
  const json body{{"actions",
                   {{{"action", "update"},
                     {"entities",
                      {{{"task_id", "load"}, {"new_state", "failed"}},
                       {{"task_id", "nope"}, {"new_state", "failed"}},
                       {{"new_state", "failed"}}}}},
                    {{"action", "delete"}, {"entities", {"load"}}}}}};
  const auto done = patch_json("/api/v2/dags/orders/dagRuns/" + run + "/taskInstances", body);
  EXPECT_EQ(done["update"]["success"], json{"orders." + run + ".load[-1]"});
  EXPECT_EQ(done["update"]["errors"].size(), 2u);
  EXPECT_EQ(done["delete"]["errors"][0]["status_code"], 405);
  EXPECT_EQ(state(run, "load"), "failed");
}

TEST_F(TaskInstanceEdits, one_is_cancelled) {
  const auto run = trigger();
  const auto first = leased("extract");
  EXPECT_EQ(post_json(path(run, "extract") + "/cancel", json::object())["state"], "queued");
  finish_attempt(first, AttemptState::cancelled);
  EXPECT_EQ(state(run, "extract"), "failed") << "and not retried";
  post_json(path(run, "extract") + "/cancel", json::object(), 409);
}

TEST_F(TaskInstanceEdits, a_run_that_is_over_is_deleted) {
  const auto run = trigger();
  const auto target = "/api/v2/dags/orders/dagRuns/" + run;
  EXPECT_EQ(send("DELETE", target).status, 409);
  finish_attempt(leased("extract"), AttemptState::success);
  finish_attempt(leased("load"), AttemptState::success);
  EXPECT_EQ(send("DELETE", target).status, 204);
  get_json(target, 404);
}

TEST_F(TaskInstanceEdits, a_large_one_goes_on_as_a_job_whose_progress_shows) {
  std::string tasks;
  for (int i = 0; i < 600; ++i)
    tasks += (i == 0 ? "" : ", ") + std::string(R"({"task_id": "t)") + std::to_string(i) +
             R"(", "type": "noop"})";
  put_dag(R"({"dag_id": "wide", "tasks": [)" + tasks + "]}", "wide.dag.json");
  const auto run = trigger(json::object(), "wide");
  while (get_json("/api/v2/dags/wide/dagRuns/" + run)["state"] != "success") apply(FireTimers{});
  const auto done = post_json("/api/v2/dags/wide/clearTaskInstances",
                              {{"only_failed", false}, {"dry_run", false}});
  EXPECT_EQ(done["total_entries"], 600);
  const auto job = "/api/v2/jobs/" + std::to_string(done["job_id"].get<int>());
  EXPECT_EQ(get_json(job)["state"], "running");
  EXPECT_EQ(get_json(job)["total_runs"], 1);
  EXPECT_GT(get_json(job)["changed_task_instances"], 100);
  EXPECT_EQ(get_json("/api/v2/jobs?is_alive=true")["total_entries"], 1);
  for (int i = 0; i < 20; ++i) apply(FireTimers{});
  EXPECT_EQ(get_json(job)["state"], "success");
  EXPECT_EQ(get_json(job)["changed_task_instances"], 600);
  EXPECT_EQ(get_json("/api/v2/jobs?is_alive=true")["total_entries"], 0);
  get_json("/api/v2/jobs/77", 404);
}

}  // namespace
}  // namespace weft::test
