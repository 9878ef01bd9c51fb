// Tasks that need no worker and wait: sensors, trigger_dag, approval.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class Waiting : public testing::Test {
 protected:
  Waiting() { lab_.work(50); }

  void put(const std::string& dag_id, const std::string& task, const std::string& more = "") {
    lab_.put_dag(dag_id, R"("tasks": [{"task_id": "t", )" + task + R"(},
        {"task_id": "next", "command": "true", "depends_on": ["t"]}])" +
                             more);
  }

  Result<Answer> answer(const std::string& option, const nlohmann::json& input = nullptr,
                        const std::string& actor = "ada") {
    return lab_.apply(AnswerApproval{"d", "a", "t", -1, {option}, input, actor});
  }

  /// The public id of the run that a trigger_dag task made last.
  std::string triggered(const std::string& by) {
    std::string found;
    for (const Change& change : lab_.changes())
      if (const auto* row = std::get_if<RunRow>(&change))
        if (row->actor == by) found = row->run_id;
    return found;
  }

  Lab lab_;
};

TEST_F(Waiting, sensor_time_waits_until_then_without_a_worker) {
  put("d", R"("type": "sensor.time", "with": {"until": "2026-01-01T02:00:00Z"})");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_reschedule");
  EXPECT_THAT(lab_.why("d", "a", "t"), ElementsAre("awaits_time"));
  lab_.pass(hours(1));
  lab_.restart();
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_reschedule");
  lab_.pass(hours(1));
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  EXPECT_THAT(lab_.held(), ElementsAre("a.next"));
}

TEST_F(Waiting, sensor_time_may_be_in_the_past_or_no_time_at_all) {
  put("d", R"("type": "sensor.time", "with": {"until": "{{ logical_date }}"})");
  lab_.trigger("d", "a", 0);
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  lab_.trigger("d", "b");
  EXPECT_EQ(lab_.state("d", "b", "t"), "failed") << "it has no logical date";
  EXPECT_THAT(lab_.row("d", "b", "t").reason, HasSubstr("with.until: "));
}

TEST_F(Waiting, a_sensors_timeout_counts_from_the_first_poke_and_is_final) {
  put("d", R"("type": "sensor.time", "with": {"until": "2027-01-01"}, "timeout": "10m",
      "retries": 3)");
  lab_.trigger("d", "a");
  lab_.pass(minutes(6));
  lab_.restart();
  lab_.pass(minutes(5));
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "timeout: nothing came within 10m");
  EXPECT_EQ(lab_.state("d", "a", "next"), "upstream_failed");
}

TEST_F(Waiting, soft_fail_skips) {
  put("d", R"("type": "sensor.time", "with": {"until": "2027-01-01"}, "timeout": "10m",
      "soft_fail": true)");
  lab_.trigger("d", "a");
  lab_.pass(minutes(11));
  EXPECT_EQ(lab_.state("d", "a", "t"), "skipped");
  EXPECT_EQ(lab_.run_state("d", "a"), "success");
}

TEST_F(Waiting, sensor_task_waits_for_a_run_that_comes_and_for_its_task) {
  put("other", R"("command": "true")");
  put("d", R"("type": "sensor.task", "with": {"dag_id": "other", "task_id": "next"})");
  lab_.trigger("d", "a", 3);
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_reschedule");
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr("there is no run of DAG \"other\" at 2026"));
  lab_.trigger("other", "o", 3);
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr("task \"next\" of run \"o\""));
  lab_.finish("o.t");
  lab_.finish("o.next");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  lab_.trigger("d", "b", 2);
  lab_.restart();
  lab_.work(50);
  lab_.trigger("other", "p", 2);
  lab_.finish("p.t", AttemptState::failed, 1);
  EXPECT_EQ(lab_.state("d", "b", "t"), "up_for_reschedule") << "it may be cleared yet";
  lab_.mark("other", "p", MarkRun::To::success);
  EXPECT_EQ(lab_.state("d", "b", "t"), "success");
}

TEST_F(Waiting, sensor_task_sees_that_a_run_that_is_over_was_marked_otherwise) {
  put("other", R"("command": "true")");
  lab_.trigger("other", "o", 3);
  lab_.finish("o.t");
  lab_.finish("o.next", AttemptState::failed, 1);
  ASSERT_EQ(lab_.run_state("other", "o"), "failed");
  put("d", R"("type": "sensor.task", "with": {"dag_id": "other"})");
  lab_.trigger("d", "a", 3);
  ASSERT_EQ(lab_.state("d", "a", "t"), "up_for_reschedule");
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr("\"o\""));
  Edit mark;
  mark.action = EditAction::mark_success;
  mark.what.dag_id = "other";
  mark.what.run_id = "o";
  mark.what.tasks = {{"next", std::nullopt}};
  ASSERT_TRUE(lab_.apply(EditTasks{mark, false, "ada"}));
  lab_.settle();
  ASSERT_EQ(lab_.run_state("other", "o"), "success");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
}

TEST_F(Waiting, sensor_task_fails_by_failed_states_and_by_a_task_that_never_was) {
  put("other", R"("command": "true")");
  lab_.trigger("other", "o", 3);
  lab_.finish("o.t", AttemptState::failed, 1);
  put("d", R"("type": "sensor.task", "with": {"dag_id": "other", "failed_states": ["failed"]})");
  lab_.trigger("d", "a", 3);
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
  put("e", R"("type": "sensor.task", "with": {"dag_id": "other", "task_id": "nothing"})");
  lab_.trigger("e", "a", 3);
  EXPECT_THAT(lab_.row("e", "a", "t").reason, HasSubstr("has no task \"nothing\""));
}

TEST_F(Waiting, trigger_dag_makes_a_run_and_goes_on) {
  lab_.put_dag("child", R"("params": {"x": {"type": "integer", "default": 0}},
      "tasks": [{"task_id": "c", "command": "true"}])");
  put("d", R"("type": "trigger_dag", "with": {"dag_id": "child", "conf": {"x": "{{ params.n }}"}})",
      R"(, "params": {"n": {"type": "integer", "default": 7}})");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  const std::string run = triggered("d/a/t");
  EXPECT_THAT(lab_.held(), ElementsAre("a.next", run + ".c"));
  const auto row = lab_.writer().run_by_id(lab_.scheduler().state().dag_by_id.at("child"), run);
  EXPECT_EQ(row->params["x"], 7);
  EXPECT_EQ(row->triggered_by, TriggeredBy::dag_operator);
  EXPECT_THAT(row->triggered_through, ElementsAre("d"));
  const auto outputs = lab_.writer().outputs(lab_.row("d", "a", "t").id);
  EXPECT_EQ((*outputs)["run_id"], run);
}

TEST_F(Waiting, trigger_dag_waits_deferred_over_a_restart_and_takes_over_the_end) {
  lab_.put_dag("child", R"("tasks": [{"task_id": "c", "command": "true"}])");
  put("d", R"("type": "trigger_dag", "with": {"dag_id": "child", "wait": true},
      "retries": 1, "retry_delay": "10s")");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.state("d", "a", "t"), "deferred");
  const std::string first = triggered("d/a/t");
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr(first));
  lab_.restart();
  lab_.work(50);
  lab_.finish(first + ".c", AttemptState::failed, 1);
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_THAT(lab_.row("d", "a", "t").reason, HasSubstr("is failed"));
  lab_.pass(seconds(11));
  const std::string second = triggered("d/a/t");
  EXPECT_NE(first, second);
  lab_.finish(second + ".c");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  EXPECT_EQ(lab_.row("d", "a", "t").try_number, 2);
}

TEST_F(Waiting, trigger_dag_of_a_dag_that_ends_in_the_same_step) {
  lab_.put_dag("child", R"("tasks": [{"task_id": "c", "type": "noop"}])");
  put("d", R"("type": "trigger_dag", "with": {"dag_id": "child", "wait": true})");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
}

TEST_F(Waiting, dags_that_trigger_each_other_are_detected) {
  put("one", R"("type": "trigger_dag", "with": {"dag_id": "two"})");
  put("two", R"("type": "trigger_dag", "with": {"dag_id": "three", "wait": true})");
  put("three", R"("type": "trigger_dag", "with": {"dag_id": "one"})");
  lab_.trigger("one", "a");
  EXPECT_EQ(lab_.state("one", "a", "t"), "success");
  const std::string two = triggered("one/a/t");
  const std::string three = triggered("two/" + two + "/t");
  EXPECT_EQ(lab_.row("three", three, "t").reason,
            "DAGs that trigger each other form a cycle: one → two → three → one");
  EXPECT_EQ(lab_.state("two", two, "t"), "failed");
}

TEST_F(Waiting, trigger_dag_says_what_is_wrong) {
  put("d", R"("type": "trigger_dag", "with": {"dag_id": "{{ params.to }}"})",
      R"(, "params": {"to": {"type": "string", "default": "nowhere"}})");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "no DAG \"nowhere\"");
}

TEST_F(Waiting, approval_waits_for_a_person_and_gives_the_answer_on) {
  put("d", R"("type": "approval", "with": {"subject": "Load {{ run_id }}?",
      "params": {"n": {"type": "integer", "default": 1}}})");
  lab_.trigger("d", "a");
  EXPECT_EQ(lab_.state("d", "a", "t"), "deferred");
  EXPECT_THAT(lab_.why("d", "a", "t"), ElementsAre("approval"));
  lab_.restart();
  lab_.work(50);
  EXPECT_EQ(answer("Perhaps").error().code, ErrorCode::unprocessable);
  EXPECT_EQ(answer("Approve", {{"n", "x"}}).error().code, ErrorCode::unprocessable);
  EXPECT_EQ(answer("Approve", {{"m", 1}}).error().code, ErrorCode::unprocessable);
  ASSERT_TRUE(answer("Approve", {{"n", 5}}));
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
  const auto outputs = lab_.writer().outputs(lab_.row("d", "a", "t").id);
  EXPECT_EQ((*outputs)["chosen"], "Approve");
  EXPECT_EQ((*outputs)["params_input"]["n"], 5);
  EXPECT_EQ((*outputs)["responded_by"], "ada");
  EXPECT_EQ(answer("Approve").error().code, ErrorCode::conflict);
  bool audited = false;
  for (const Change& change : lab_.changes())
    if (const auto* row = std::get_if<AuditRow>(&change))
      audited = audited || (row->action == "answer_approval" && row->actor == "ada");
  EXPECT_TRUE(audited);
}

TEST_F(Waiting, a_rejected_approval_is_skipped_and_so_is_what_comes_after) {
  put("d", R"("type": "approval")");
  lab_.trigger("d", "a");
  ASSERT_TRUE(answer("Reject"));
  EXPECT_EQ(lab_.state("d", "a", "t"), "skipped");
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "rejected by ada");
  EXPECT_EQ(lab_.state("d", "a", "next"), "skipped");
}

TEST_F(Waiting, an_approval_may_be_assigned_and_may_time_out) {
  put("d", R"("type": "approval", "with": {"options": ["full", "part"], "assigned_to": ["bob"],
      "timeout": "1h"}, "retries": 2)");
  lab_.trigger("d", "a");
  EXPECT_EQ(answer("full").error().code, ErrorCode::permission_denied);
  lab_.pass(minutes(61));
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
  EXPECT_EQ(answer("full", nullptr, "bob").error().code, ErrorCode::conflict);
}

TEST_F(Waiting, a_cancelled_run_skips_what_waits) {
  put("d", R"("type": "approval")");
  lab_.trigger("d", "a");
  lab_.mark("d", "a", MarkRun::To::cancelled);
  EXPECT_EQ(lab_.state("d", "a", "t"), "skipped");
  EXPECT_EQ(lab_.run_state("d", "a"), "failed");
}

TEST_F(Waiting, a_pool_that_counts_what_is_deferred_is_never_exceeded_by_it) {
  lab_.put_pool("people", 1, true);
  put("d", R"("type": "approval", "pool": "people")");
  lab_.trigger("d", "a");
  lab_.trigger("d", "b");
  EXPECT_EQ(lab_.state("d", "b", "t"), "scheduled");
  EXPECT_THAT(lab_.why("d", "b", "t"), ElementsAre("pool_full"));
  lab_.restart();
  EXPECT_EQ(lab_.state("d", "b", "t"), "scheduled");
  ASSERT_TRUE(answer("Reject"));
  lab_.pass(seconds(1));
  EXPECT_EQ(lab_.state("d", "b", "t"), "deferred");
  lab_.put_pool("people", 1, false);
  lab_.trigger("d", "c");
  EXPECT_EQ(lab_.state("d", "c", "t"), "deferred");
}

}  // namespace
}  // namespace weft::test
