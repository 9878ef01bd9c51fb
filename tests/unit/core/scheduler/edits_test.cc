// What people do to runs that have begun: clear, mark, cancel, delete.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr const char* chain = R"("tasks": [
    {"task_id": "a", "command": "true"},
    {"task_id": "b", "command": "true", "depends_on": ["a"]},
    {"task_id": "c", "command": "true", "depends_on": ["b"]}])";

Edit mark(EditAction action, const std::string& run, const std::string& task) {
  Edit edit = clear(run, {{task, std::nullopt}});
  edit.action = action;
  return edit;
}

TEST(Clear, a_cleared_running_instance_is_restarting_and_reruns_once) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  EXPECT_EQ(edit(lab, clear("r")).instances, 1);
  EXPECT_EQ(lab.state("d", "r", "a"), "restarting");
  EXPECT_THAT(lab.why("d", "r", "a"), ElementsAre("restarting"));
  EXPECT_EQ(edit(lab, clear("r")).instances, 0) << "it begins anew already";
  lab.restart();
  lab.finish("r.a", AttemptState::cancelled);
  EXPECT_THAT(lab.held(), ElementsAre("r.a"));
  EXPECT_EQ(lab.row("d", "r", "a").try_number, 2);
  EXPECT_EQ(lab.row("d", "r", "a").failures, 0);
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(lab.row("d", "r", "a").try_number, 2);
}

TEST(Clear, a_success_that_comes_while_restarting_counts_no_more) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  edit(lab, clear("r"));
  lab.finish("r.a", AttemptState::success);
  EXPECT_THAT(lab.held(), ElementsAre("r.a"));
  EXPECT_EQ(lab.state("d", "r", "b"), "none");
}

TEST(Clear, a_run_that_is_over_goes_on_with_what_was_cleared_and_keeps_its_history) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish("r.a");
  lab.finish("r.b", AttemptState::failed, 1);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  Edit failed = clear("r");
  failed.what.only_failed = true;
  EXPECT_EQ(edit(lab, failed).instances, 2);
  EXPECT_THAT(lab.held(), ElementsAre("r.b"));
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(lab.row("d", "r", "a").try_number, 1);
  EXPECT_EQ(lab.row("d", "r", "b").try_number, 2);
}

TEST(Clear, upstream_and_downstream_are_those_of_the_graph) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "a", "type": "noop"}, {"task_id": "x", "type": "noop", "depends_on": ["a"]},
      {"task_id": "b", "type": "noop", "depends_on": ["a"]},
      {"task_id": "c", "type": "noop", "depends_on": ["b"]}])");
  lab.trigger("d", "r");
  ASSERT_EQ(lab.run_state("d", "r"), "success");
  Edit what = clear("r", {{"b", std::nullopt}});
  what.reset_runs = false;
  what.what.upstream = true;
  EXPECT_EQ(edit(lab, what).instances, 2);
  EXPECT_EQ(lab.state("d", "r", "a"), "none");
  EXPECT_EQ(lab.state("d", "r", "x"), "success");
  what.what.upstream = false;
  what.what.downstream = true;
  EXPECT_EQ(edit(lab, what).instances, 1);
  EXPECT_EQ(lab.state("d", "r", "c"), "none");
  EXPECT_EQ(lab.run_state("d", "r"), "success") << "reset_dag_runs is off";
  lab.mark("d", "r", MarkRun::To::queued);
  EXPECT_EQ(lab.state("d", "r", "c"), "success");
}

TEST(Clear, past_and_future_are_those_by_logical_date) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "t", "command": "true"}])");
  lab.work(10);
  for (int day = 1; day <= 4; ++day) lab.trigger("d", "day" + std::to_string(day), day);
  lab.trigger("d", "undated");
  lab.finish_all();
  Edit what = clear("day2");
  what.what.past = true;
  EXPECT_EQ(edit(lab, what).runs, 2);
  EXPECT_THAT(lab.held(), ElementsAre("day1.t", "day2.t"));
  lab.finish_all();
  what.what.past = false;
  what.what.future = true;
  EXPECT_EQ(edit(lab, what).runs, 3);
  EXPECT_THAT(lab.held(), ElementsAre("day2.t", "day3.t", "day4.t"));
  lab.finish_all();
  what.what.run_id = "undated";
  EXPECT_FALSE(lab.apply(EditTasks{what, false, "ada"})) << "it has no logical date";
  what = clear("");
  what.what.from = Instant(std::chrono::hours(24) * 20'457);  // 2026-01-04
  EXPECT_EQ(edit(lab, what).runs, 2);
  EXPECT_THAT(lab.held(), ElementsAre("day3.t", "day4.t"));
}

TEST(Clear, a_run_moves_to_the_latest_version) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "old", "command": "true"},
                               {"task_id": "kept", "command": "true"}])");
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.put_dag("d", R"("params": {"mode": {"type": "string", "default": "full"}}, "tasks": [
      {"task_id": "new", "command": "true", "when": "params.mode == 'full'"},
      {"task_id": "kept", "command": "true", "depends_on": ["new"]}])");
  Edit what = clear("r", {{"kept", std::nullopt}});
  EXPECT_EQ(edit(lab, what).instances, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.kept")) << "on the version that it began with";
  lab.finish_all();
  what.latest_version = true;
  edit(lab, what);
  EXPECT_EQ(lab.state("d", "r", "old"), "removed");
  EXPECT_THAT(lab.held(), ElementsAre("r.new"));
  lab.restart();
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(lab.row("d", "r", "kept").try_number, 3);
}

TEST(Clear, a_removed_task_comes_back_with_its_version) {
  Lab lab;
  const char* two =
      R"("tasks": [{"task_id": "a", "type": "noop"}, {"task_id": "b", "type": "noop"}])";
  lab.put_dag("d", two);
  lab.trigger("d", "r");
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "type": "noop"}])");
  Edit what = clear("r");
  what.latest_version = true;
  edit(lab, what);
  EXPECT_EQ(lab.state("d", "r", "b"), "removed");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  lab.put_dag("d", two);
  edit(lab, what);
  EXPECT_EQ(lab.state("d", "r", "b"), "success");
}

TEST(Clear, an_ended_branch_cleared_downstream_skips_again) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "fork", "type": "branch", "with": {"cases": [], "default": ["left"]}},
      {"task_id": "left", "type": "noop", "depends_on": ["fork"]},
      {"task_id": "right", "type": "noop", "depends_on": ["fork"]},
      {"task_id": "join", "type": "noop", "depends_on": ["fork", "left"]}])");
  lab.trigger("d", "r");
  EXPECT_EQ(lab.state("d", "r", "right"), "skipped");
  lab.restart();
  EXPECT_EQ(edit(lab, clear("r", {{"right", std::nullopt}, {"join", std::nullopt}})).instances, 2);
  EXPECT_EQ(lab.state("d", "r", "right"), "skipped");
  EXPECT_EQ(lab.row("d", "r", "right").reason, "not chosen by fork");
  EXPECT_EQ(lab.state("d", "r", "join"), "success");
}

TEST(Clear, a_run_that_is_being_cancelled_goes_on) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  lab.mark("d", "r", MarkRun::To::cancelled);
  EXPECT_EQ(lab.state("d", "r", "b"), "skipped");
  edit(lab, clear("r"));
  lab.finish("r.a", AttemptState::cancelled);
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Clear, a_timeout_of_the_run_before_the_clear_counts_no_more) {
  Lab lab;
  lab.put_dag("d", R"("dagrun_timeout": "60s", "tasks": [{"task_id": "t", "command": "true"}])");
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.pass(seconds(50));
  edit(lab, clear("r"));
  lab.pass(seconds(40));
  EXPECT_EQ(lab.state("d", "r", "t"), "queued");
  lab.pass(seconds(30));
  lab.finish("r.t", AttemptState::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(Clear, what_runs_can_be_protected) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  wire::SyncRequest sync;
  sync.session = "s";
  sync.started = sync.running = {lab.row("d", "r", "a").attempt.value};
  sync.acked = sync.started.front();
  ASSERT_TRUE(lab.apply(SyncWorker{sync}));
  ASSERT_EQ(lab.state("d", "r", "a"), "running");
  const auto refused = lab.apply(EditTasks{clear("r"), true, "ada"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(lab.state("d", "r", "a"), "running");
}

TEST(Clear, outputs_of_the_try_before_are_gone) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish("r.a", AttemptState::success, 0, {{"rows", 7}});
  const InstanceId id = lab.row("d", "r", "a").id;
  EXPECT_NE(lab.writer().outputs(id), nullptr);
  edit(lab, clear("r"));
  EXPECT_EQ(lab.writer().outputs(id), nullptr);
}

TEST(Mark, downstreams_are_evaluated_again) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish("r.a", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "c"), "upstream_failed");
  EXPECT_EQ(edit(lab, mark(EditAction::mark_success, "r", "a")).instances, 3);
  EXPECT_THAT(lab.held(), ElementsAre("r.b"));
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(lab.row("d", "r", "a").reason, "marked success");
  EXPECT_EQ(edit(lab, mark(EditAction::mark_success, "r", "a")).instances, 0);
}

TEST(Mark, skipped_instead_of_failed_skips_what_had_failed_with_it) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish("r.a", AttemptState::failed, 1);
  edit(lab, mark(EditAction::mark_skipped, "r", "a"));
  EXPECT_EQ(lab.state("d", "r", "b"), "skipped");
  EXPECT_EQ(lab.state("d", "r", "c"), "skipped");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Mark, a_run_that_is_over_has_the_outcome_of_its_leaves) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  lab.work(5);
  lab.trigger("d", "r");
  lab.finish("r.a", AttemptState::failed, 1);
  edit(lab, mark(EditAction::mark_success, "r", "a"));
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  edit(lab, mark(EditAction::mark_failed, "r", "a"));
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_TRUE(lab.scheduler().state().runs.empty());
}

TEST(Mark, an_attempt_that_runs_is_killed_and_only_recorded) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  edit(lab, mark(EditAction::mark_success, "r", "a"));
  EXPECT_THAT(lab.held(), ElementsAre("r.a", "r.b"));
  lab.finish("r.a", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "a"), "success");
  // Cleared before its attempt has ended: never two at a time.
  lab.finish_all();
  edit(lab, clear("r"));
  edit(lab, mark(EditAction::mark_failed, "r", "a"));
  edit(lab, clear("r", {{"a", std::nullopt}}));
  EXPECT_EQ(lab.state("d", "r", "a"), "restarting");
  EXPECT_THAT(lab.held(), ElementsAre("r.a"));
  lab.finish("r.a", AttemptState::cancelled);
  EXPECT_EQ(lab.row("d", "r", "a").try_number, 3);
}

TEST(Cancel, an_instance_fails_and_is_not_retried_also_after_a_restart) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true", "retries": 3},
                               {"task_id": "b", "command": "true", "depends_on": ["a"]}])");
  lab.work(5);
  lab.trigger("d", "r");
  ASSERT_TRUE(lab.apply(CancelTask{"d", "r", "a", -1, "ada"}));
  lab.restart();
  lab.finish("r.a", AttemptState::cancelled);
  EXPECT_EQ(lab.state("d", "r", "a"), "failed");
  EXPECT_EQ(lab.row("d", "r", "a").reason, "cancelled");
  EXPECT_EQ(lab.state("d", "r", "b"), "upstream_failed");
  const auto over = lab.apply(CancelTask{"d", "r", "a", -1, "ada"});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::conflict);
  const auto none = lab.apply(CancelTask{"d", "r", "nope", -1, "ada"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

TEST(Cancel, an_instance_that_waits_fails_at_once) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.trigger("d", "r");
  ASSERT_TRUE(lab.apply(CancelTask{"d", "r", "a", -1, "ada"}));
  lab.settle();
  EXPECT_EQ(lab.state("d", "r", "a"), "failed");
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(Delete, a_run_is_gone_and_its_ids_are_never_given_again) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.work(5);
  lab.trigger("d", "r");
  const auto running = lab.apply(DeleteRun{"d", "r", "ada"});
  ASSERT_FALSE(running);
  EXPECT_EQ(running.error().code, ErrorCode::conflict);
  lab.finish_all();
  const InstanceRow last = lab.row("d", "r", "c");
  ASSERT_TRUE(lab.apply(DeleteRun{"d", "r", "ada"}));
  EXPECT_EQ(lab.run_state("d", "r"), "");
  EXPECT_FALSE(lab.apply(DeleteRun{"d", "r", "ada"}));
  lab.restart();
  lab.work(5);
  lab.trigger("d", "r");
  EXPECT_GT(lab.row("d", "r", "a").id, last.id);
  EXPECT_GT(lab.row("d", "r", "a").attempt, last.attempt);
}

TEST(Note, of_an_instance_is_kept) {
  Lab lab;
  lab.put_dag("d", chain);
  lab.trigger("d", "r");
  ASSERT_TRUE(lab.apply(SetTaskNote{"d", "r", "b", -1, "look here", "ada"}));
  EXPECT_EQ(lab.row("d", "r", "b").note, "look here");
}

}  // namespace
}  // namespace weft::test
