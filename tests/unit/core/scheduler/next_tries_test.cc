// The trigger rule holds for each try, not for the first one alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using testing::ElementsAre;

TEST(NextTry, waits_for_an_upstream_that_was_cleared) {
  for (const bool is_good : {true, false}) {
    Lab lab;
    lab.put_dag("d", R"("tasks": [
        {"task_id": "a", "command": "true"},
        {"task_id": "b", "command": "true", "depends_on": ["a"], "retries": 3, "retry_delay": "5m"}])");
    lab.work(5);
    lab.trigger("d", "r");
    lab.finish("r.a");
    lab.finish("r.b", AttemptState::failed, 1);
    edit(lab, clear("r", {{"a", std::nullopt}}));
    lab.pass(std::chrono::minutes(10));
    EXPECT_THAT(lab.held(), ElementsAre("r.a")) << "b was to be tried again after five minutes";
    EXPECT_EQ(lab.state("d", "r", "b"), "none");
    EXPECT_THAT(lab.why("d", "r", "b"), ElementsAre("upstream_unfinished"));
    lab.restart();
    lab.finish("r.a", is_good ? AttemptState::success : AttemptState::failed, is_good ? 0 : 1);
    if (!is_good) {
      EXPECT_EQ(lab.state("d", "r", "b"), "upstream_failed");
      continue;
    }
    EXPECT_THAT(lab.held(), ElementsAre("r.b"));
    EXPECT_EQ(lab.row("d", "r", "b").failures, 1) << "its tries are not forgotten";
    EXPECT_EQ(lab.row("d", "r", "b").try_number, 2);
  }
}

TEST(NextTry, that_waits_for_a_slot_waits_for_an_upstream_that_was_cleared) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "a", "command": "true"},
      {"task_id": "b", "command": "true", "depends_on": ["a"]}])");
  lab.work(1);
  lab.trigger("d", "one");
  lab.trigger("d", "two");
  lab.finish("one.a");
  ASSERT_THAT(lab.held(), ElementsAre("two.a"));
  ASSERT_EQ(lab.state("d", "one", "b"), "scheduled");
  edit(lab, clear("one", {{"a", std::nullopt}}));
  lab.finish("two.a");
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "one"), "success");
  EXPECT_EQ(lab.row("d", "one", "b").try_number, 1) << "never handed out before a was done again";
}

}  // namespace
}  // namespace weft::test
