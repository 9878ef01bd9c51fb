// Groups of tasks as whole scenarios.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// before → [ one → two ] → after; the group with these keys.
std::string grouped(const std::string& keys, const std::string& two = "") {
  return R"("task_groups": {"g": {"depends_on": ["before"])" + keys + R"(}}, "tasks": [
    {"task_id": "before", "command": "true"},
    {"task_id": "one", "command": "true", "group": "g"},
    {"task_id": "two", "command": "true", "group": "g", "depends_on": ["one"])" +
         two + R"(},
    {"task_id": "after", "command": "true", "depends_on": ["g"]}])";
}

TEST(TaskGroups, stand_for_their_first_and_last_tasks_in_depends_on) {
  Lab lab;
  lab.put_dag("d", grouped(""));
  lab.work(4);
  lab.trigger("d", "r");
  EXPECT_THAT(lab.held(), ElementsAre("r.before"));
  lab.finish("r.before");
  EXPECT_THAT(lab.held(), ElementsAre("r.one"));
  lab.finish("r.one");
  EXPECT_THAT(lab.held(), ElementsAre("r.two"));
  lab.finish("r.two");
  EXPECT_THAT(lab.held(), ElementsAre("r.after"));
}

TEST(TaskGroups, with_retries_run_again_as_a_whole_when_one_member_has_failed) {
  Lab lab;
  lab.put_dag("d", grouped(R"(, "retries": 1)"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before");
  lab.finish("r.one");
  lab.finish("r.two", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.one")) << "from its start";
  EXPECT_EQ(lab.state("d", "r", "two"), "none");
  EXPECT_EQ(lab.row("d", "r", "one").try_number, 2);
  lab.restart();
  lab.finish("r.one");
  lab.finish("r.two");
  EXPECT_THAT(lab.held(), ElementsAre("r.after"));
  lab.finish("r.after");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(TaskGroups, that_failed_have_not_fired_their_outside_downstreams_before_the_last_retry) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"retries": 1}}, "tasks": [
    {"task_id": "one", "command": "true", "group": "g"},
    {"task_id": "two", "command": "true", "group": "g"},
    {"task_id": "on_failure", "command": "true", "depends_on": ["g"], "trigger_rule": "one_failed"},
    {"task_id": "on_success", "command": "true", "depends_on": ["g"], "trigger_rule": "one_success"}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.one");
  EXPECT_EQ(lab.state("d", "r", "on_success"), "none") << "the group may run again";
  EXPECT_THAT(lab.why("d", "r", "on_success"), Contains("group_unfinished"));
  lab.finish("r.two", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.one", "r.two"));
  EXPECT_EQ(lab.state("d", "r", "on_failure"), "none");
  EXPECT_EQ(lab.state("d", "r", "on_success"), "none");
  lab.finish("r.two", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "on_failure"), "none");
  lab.finish("r.one");
  EXPECT_THAT(lab.held(), ElementsAre("r.on_failure", "r.on_success"));
}

TEST(TaskGroups, that_failed_for_good_deliver_after_a_restart_too) {
  Lab lab;
  lab.put_dag("d", grouped(R"(, "retries": 1)"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before");
  for (int i = 0; i < 2; ++i) {
    lab.finish("r.one", AttemptState::failed, 1);
    lab.restart();
  }
  EXPECT_EQ(lab.state("d", "r", "two"), "upstream_failed");
  EXPECT_EQ(lab.state("d", "r", "after"), "upstream_failed");
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(TaskGroups, fail_fast_waits_for_the_last_retry_of_a_group) {
  Lab lab;
  lab.put_dag("d", R"("fail_fast": true, )" + grouped(R"(, "retries": 1)"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before");
  lab.finish("r.one", AttemptState::failed, 1);
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  lab.finish("r.one", AttemptState::failed, 1);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(TaskGroups, a_cancelled_run_ends_its_groups_without_a_retry) {
  Lab lab;
  lab.put_dag("d", grouped(R"(, "retries": 3)"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before");
  lab.mark("d", "r", MarkRun::To::cancelled);
  lab.finish("r.one", AttemptState::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_THAT(lab.scheduler().state().runs, IsEmpty());
}

TEST(TaskGroups, mapped_ones_run_once_per_element_each_for_itself) {
  Lab lab;
  lab.put_dag("d", grouped(R"(, "expand": {"region": "{{ outputs.before.codes }}"})",
                           R"(, "when": "outputs.one.rows > 1")"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before", AttemptState::success, 0, {{"codes", {"north", "south", "west"}}});
  EXPECT_THAT(lab.held(), ElementsAre("r.one[0]", "r.one[1]", "r.one[2]"));
  lab.finish("r.one[1]", AttemptState::success, 0, {{"rows", 5}});
  EXPECT_TRUE(lab.held().contains("r.two[1]")) << "element 1 waits for element 1 alone";
  EXPECT_EQ(lab.state("d", "r", "two", 0), "none");
  EXPECT_THAT(lab.why_text("d", "r", "two", 0), HasSubstr("waits for one (queued)"));
  lab.restart();
  lab.finish("r.one[0]", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "two", 0), "upstream_failed");
  lab.finish("r.one[2]", AttemptState::success, 0, {{"rows", 1}});
  EXPECT_EQ(lab.state("d", "r", "two", 2), "skipped") << "it saw its own rows";
  lab.finish("r.two[1]");
  EXPECT_EQ(lab.state("d", "r", "after"), "upstream_failed");
}

TEST(TaskGroups, mapped_over_nothing_are_skipped) {
  Lab lab;
  lab.put_dag("d", grouped(R"(, "expand": {"region": "{{ outputs.before.codes }}"})"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.before", AttemptState::success, 0, {{"codes", nlohmann::json::array()}});
  EXPECT_EQ(lab.state("d", "r", "one"), "skipped");
  EXPECT_EQ(lab.state("d", "r", "two"), "skipped");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

}  // namespace
}  // namespace weft::test
