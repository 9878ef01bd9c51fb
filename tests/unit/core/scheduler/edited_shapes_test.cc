// Runs that are cleared, moved or ended while tasks of them are grouped or waited for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(EditedGroups, have_their_retries_back_after_a_clear) {
  Lab lab;
  lab.work(10);
  lab.put_dag("d", R"("task_groups": {"g": {"retries": 1}}, "tasks": [
      {"task_id": "t", "command": "true", "group": "g"}])");
  lab.trigger("d", "r");
  for (int i = 0; i < 2; ++i) lab.finish("r.t", AttemptState::failed, 1);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  edit(lab, clear("r"));
  lab.finish("r.t", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.t")) << "once more";
  lab.finish("r.t", AttemptState::failed, 1);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(EditedGroups, how_a_group_stood_at_the_end_of_its_run_is_final) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"retries": 3}}, "tasks": [
      {"task_id": "in", "command": "true", "group": "g"},
      {"task_id": "beside", "command": "true"},
      {"task_id": "after", "command": "true", "depends_on": ["g"], "trigger_rule": "all_done"}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.mark("d", "r", MarkRun::To::cancelled);
  lab.finish("r.in", AttemptState::cancelled);
  lab.finish("r.beside", AttemptState::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  edit(lab, clear("r", {{"after", std::nullopt}}));
  EXPECT_THAT(lab.held(), ElementsAre("r.after")) << "the failed group does not hold it back";
}

TEST(EditedGroups, marks_of_a_run_that_is_over_run_nothing_again) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"retries": 1}}, "tasks": [
      {"task_id": "a", "command": "true", "group": "g"},
      {"task_id": "b", "command": "true", "group": "g"}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.mark("d", "r", MarkRun::To::cancelled);
  lab.finish("r.a", AttemptState::cancelled);
  lab.finish("r.b", AttemptState::cancelled);
  Edit good = clear("r");
  good.action = EditAction::mark_success;
  edit(lab, good);
  EXPECT_THAT(lab.held(), IsEmpty());
  EXPECT_EQ(lab.state("d", "r", "a"), "success");
}

TEST(EditedGroups, a_branch_that_ends_its_group_lets_it_run_again) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"retries": 1}}, "tasks": [
      {"task_id": "f", "command": "true", "group": "g"},
      {"task_id": "s", "command": "true", "group": "g"},
      {"task_id": "b", "type": "branch", "group": "g", "depends_on": ["s"],
       "with": {"cases": [{"when": "1 == 2", "next": ["x"]}]}},
      {"task_id": "x", "command": "true", "group": "g", "depends_on": ["b"]}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.f", AttemptState::failed, 1);
  lab.finish("r.s");
  EXPECT_THAT(lab.held(), ElementsAre("r.f", "r.s")) << "the whole group again";
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(EditedRuns, one_that_begins_and_ends_in_one_step_holds_back_the_next) {
  Lab lab;
  lab.put_dag("d", R"("schedule": "* * * * *", "start_date": "2026-01-01T00:00:00Z",
      "catchup": "all", "tasks": [
      {"task_id": "t", "type": "noop", "when": "1 / 0 == 1", "depends_on_past": true}])");
  lab.pass(minutes(5));
  int running = 0;
  for (const auto& [id, run] : lab.scheduler().state().runs)
    running += run->row.state == RunState::running;
  EXPECT_GT(running, 0) << "the first one failed, and the others wait for it";
}

TEST(EditedRuns, who_waits_for_a_task_looks_again_when_the_run_moves_to_a_version_without_it) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "t", "command": "true", "wait_for_downstream": true},
      {"task_id": "next", "command": "true", "depends_on": ["t"]}])");
  lab.work(9);
  lab.trigger("d", "one", 1);
  lab.finish("one.t");
  lab.finish("one.next", AttemptState::failed, 1);
  lab.trigger("d", "two", 2);
  EXPECT_THAT(lab.held(), IsEmpty()) << "next of the run before has failed";
  lab.put_dag("d", R"("tasks": [
      {"task_id": "t", "command": "true", "wait_for_downstream": true},
      {"task_id": "other", "command": "true"}])");
  edit(lab, clear("one", {{"other", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), testing::Contains("two.t"));
}

TEST(EditedRuns, a_mark_that_ends_a_queued_run_starts_it_out_of_turn) {
  Lab lab;
  lab.put_dag("d", R"("fail_fast": true, "max_active_runs": 1, "tasks": [
      {"task_id": "m", "command": "true", "expand": {"x": [1, 2, 3]}},
      {"task_id": "z", "command": "true", "depends_on": ["m"]}])");
  lab.work(9);
  lab.trigger("d", "first");
  lab.finish_all();
  lab.trigger("d", "second");
  edit(lab, clear("first", {{"z", std::nullopt}}));
  EXPECT_EQ(lab.run_state("d", "first"), "queued") << "the other one is running";
  Edit fails = clear("first", {{"m", std::nullopt}});
  fails.action = EditAction::mark_failed;
  edit(lab, fails);
  EXPECT_EQ(lab.run_state("d", "first"), "failed");
  EXPECT_EQ(lab.state("d", "first", "m", 2), "failed");
}

TEST(EditedRuns, a_grant_that_comes_after_the_end_of_its_run_is_given_back) {
  Lab lab;
  lab.put_pool("counted", 0, true);
  lab.put_dag("d", R"("fail_fast": true, "tasks": [
      {"task_id": "one", "type": "trigger_dag", "pool": "counted", "with": {"dag_id": "none"}},
      {"task_id": "two", "type": "trigger_dag", "pool": "counted", "with": {"dag_id": "none"}}])");
  lab.trigger("d", "r");
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  lab.put_pool("counted", 9, true);  // both are granted in one step; the first one fails the run
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_THAT(lab.scheduler().state().runs, IsEmpty());
}

}  // namespace
}  // namespace weft::test
