// Setups and teardowns as whole scenarios.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// create → work → drop, which tears create down; beside it another leaf.
std::string cluster(const std::string& drop = "", const std::string& dag = "") {
  return dag + R"("tasks": [
    {"task_id": "create", "command": "true"},
    {"task_id": "work", "command": "true", "depends_on": ["create"]},
    {"task_id": "drop", "command": "true", "depends_on": ["work"], "teardown_of": ["create"])" +
         drop + "}]";
}

TEST(Teardowns, run_when_the_work_failed_and_do_not_turn_the_run_green) {
  Lab lab;
  lab.put_dag("d", cluster());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.create");
  EXPECT_THAT(lab.held(), ElementsAre("r.work"));
  lab.finish("r.work", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.drop"));
  lab.finish("r.drop");
  EXPECT_EQ(lab.run_state("d", "r"), "failed") << "work is the leaf, the teardown is none";
}

TEST(Teardowns, run_again_when_they_were_cleared_before_the_run_was_cancelled) {
  Lab lab;
  lab.put_dag("d", cluster());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.create");
  lab.finish("r.work");
  ASSERT_THAT(lab.held(), ElementsAre("r.drop"));
  edit(lab, clear("r", {{"drop", std::nullopt}}));
  lab.mark("d", "r", MarkRun::To::cancelled);
  lab.finish("r.drop", AttemptState::cancelled);
  EXPECT_THAT(lab.held(), ElementsAre("r.drop")) << "what create made is still there";
}

TEST(Teardowns, are_upstream_failed_when_the_setup_failed) {
  Lab lab;
  lab.put_dag("d", cluster());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.create", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "work"), "upstream_failed");
  EXPECT_EQ(lab.state("d", "r", "drop"), "upstream_failed");
}

TEST(Teardowns, are_skipped_when_all_setups_were) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
    {"task_id": "create", "command": "true", "when": "1 > 2"},
    {"task_id": "work", "command": "true", "depends_on": ["create"], "trigger_rule": "all_done"},
    {"task_id": "drop", "command": "true", "depends_on": ["work"], "teardown_of": ["create"]}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.work");
  EXPECT_EQ(lab.state("d", "r", "drop"), "skipped");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Teardowns, wait_for_all_between_the_setup_and_them) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
    {"task_id": "create", "command": "true"},
    {"task_id": "slow", "command": "true", "depends_on": ["create"]},
    {"task_id": "quick", "command": "true", "depends_on": ["create"]},
    {"task_id": "first", "command": "true", "depends_on": ["slow", "quick"],
     "trigger_rule": "one_success"},
    {"task_id": "drop", "command": "true", "depends_on": ["first"], "teardown_of": ["create"]}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.create");
  lab.finish("r.quick");
  lab.finish("r.first");
  EXPECT_THAT(lab.held(), ElementsAre("r.slow")) << "it still uses what was set up";
  lab.finish("r.slow");
  EXPECT_THAT(lab.held(), ElementsAre("r.drop"));
}

TEST(Teardowns, fail_the_run_only_if_they_say_so) {
  for (const bool says_so : {false, true}) {
    Lab lab;
    lab.put_dag("d", cluster(says_so ? R"(, "on_failure_fail_dagrun": true)" : ""));
    lab.work(4);
    lab.trigger("d", "r");
    lab.finish("r.create");
    lab.finish("r.work");
    lab.finish("r.drop", AttemptState::failed, 1);
    EXPECT_EQ(lab.run_state("d", "r"), says_so ? "failed" : "success");
  }
}

TEST(Teardowns, of_a_cancelled_run_still_run_and_the_run_is_failed_though_its_leaves_are_skipped) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
    {"task_id": "create", "command": "true"},
    {"task_id": "work", "command": "true", "depends_on": ["create"]},
    {"task_id": "leaf", "command": "true", "depends_on": ["work"]},
    {"task_id": "drop", "command": "true", "depends_on": ["leaf"], "retries": 1,
     "retry_delay": "1s", "teardown_of": ["create"]}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.create");
  lab.mark("d", "r", MarkRun::To::cancelled);
  EXPECT_EQ(lab.state("d", "r", "leaf"), "skipped");
  lab.finish("r.work", AttemptState::cancelled);
  EXPECT_THAT(lab.held(), ElementsAre("r.drop"));
  lab.restart();
  lab.finish("r.drop", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "drop"), "up_for_retry") << "it keeps its retries";
  lab.pass(std::chrono::seconds(2));
  lab.finish("r.drop");
  EXPECT_EQ(lab.state("d", "r", "drop"), "success");
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_THAT(lab.scheduler().state().runs, IsEmpty());
}

TEST(Teardowns, run_after_fail_fast_and_after_the_time_of_the_run_is_up) {
  Lab lab;
  lab.put_dag("fast", cluster("", R"("fail_fast": true, )"));
  lab.put_dag("slow", cluster("", R"("dagrun_timeout": "10s", )"));
  lab.work(4);
  for (const char* dag : {"fast", "slow"}) {
    lab.trigger(dag, dag);
    lab.finish(std::string(dag) + ".create");
  }
  lab.finish("fast.work", AttemptState::failed, 1);
  EXPECT_TRUE(lab.held().contains("fast.drop"));
  lab.pass(std::chrono::seconds(11));
  lab.finish("slow.work", AttemptState::cancelled);
  EXPECT_TRUE(lab.held().contains("slow.drop"));
  lab.finish_all();
  EXPECT_EQ(lab.run_state("fast", "fast"), "failed");
  EXPECT_EQ(lab.run_state("slow", "slow"), "failed");
}

TEST(Teardowns, without_setups_run_when_their_upstreams_are_done) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "work", "command": "true"},
    {"task_id": "tidy", "command": "true", "depends_on": ["work"], "teardown": true}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.work", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.tidy"));
}

TEST(Teardowns, are_not_skipped_by_a_branch) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "choose", "type": "branch",
      "with": {"cases": [{"when": "1 < 2", "next": ["a"]}], "default": []}},
    {"task_id": "a", "command": "true", "depends_on": ["choose"]},
    {"task_id": "b", "command": "true", "depends_on": ["choose"]},
    {"task_id": "tidy", "command": "true", "depends_on": ["choose"], "teardown": true}])");
  lab.work(4);
  lab.trigger("d", "r");
  EXPECT_THAT(lab.held(), ElementsAre("r.a", "r.tidy"));
  EXPECT_EQ(lab.state("d", "r", "b"), "skipped");
}

}  // namespace
}  // namespace weft::test
