// Limits as whole scenarios: pools, keys, waits with an end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string one_task(const std::string& keys) {
  return R"("max_active_runs": 2000, "tasks": [{"task_id": "t", "command": "true", )" + keys + "}]";
}

TEST(Limits, a_full_pool_with_1000_of_higher_priority_does_not_hold_back_another_pool) {
  Lab lab;
  lab.put_pool("erp", 1);
  lab.put_dag("many", one_task(R"("pool": "erp", "priority_weight": 100)"));
  lab.put_dag("other", one_task(R"("priority_weight": 1)"));
  for (int i = 0; i < 1001; ++i) lab.trigger("many", "m" + std::to_string(i));
  lab.work(50);
  ASSERT_THAT(lab.held(), SizeIs(1));
  lab.trigger("other", "o");
  EXPECT_TRUE(lab.held().contains("o.t"));
  EXPECT_THAT(lab.why("many", "m7", "t"), ElementsAre("pool_full"));
}

TEST(Limits, a_task_of_4_slots_is_not_starved_by_tasks_of_1_slot) {
  Lab lab;
  lab.put_pool("erp", 4);
  lab.put_dag("narrow", one_task(R"("pool": "erp")"));
  lab.put_dag("wide", one_task(R"("pool": "erp", "pool_slots": 4)"));
  lab.work(50);
  int made = 0;
  const auto narrow = [&] { lab.trigger("narrow", "n" + std::to_string(made++)); };
  for (int i = 0; i < 8; ++i) narrow();
  lab.trigger("wide", "w");
  for (int second = 0; second < 60 && !lab.held().contains("w.t"); ++second) {
    lab.pass(seconds(1));
    narrow();
    lab.finish(*lab.held().begin());
  }
  EXPECT_TRUE(lab.held().contains("w.t"));
}

TEST(Limits, what_is_free_and_kept_for_one_that_was_passed_over_says_so) {
  Lab lab;
  lab.put_pool("erp", 4);
  lab.put_dag("narrow", one_task(R"("pool": "erp")"));
  lab.put_dag("wide", one_task(R"("pool": "erp", "pool_slots": 4)"));
  lab.work(50);
  for (int i = 0; i < 4; ++i) lab.trigger("narrow", "n" + std::to_string(i));
  lab.trigger("wide", "w");
  lab.finish("n0.t");
  lab.trigger("narrow", "passes");
  ASSERT_TRUE(lab.held().contains("passes.t"));
  lab.pass(std::chrono::minutes(10));
  lab.trigger("narrow", "late");
  lab.finish("n1.t");
  EXPECT_FALSE(lab.held().contains("late.t"));
  EXPECT_THAT(lab.why("narrow", "late", "t"), ElementsAre("kept_for_larger"));
  EXPECT_THAT(lab.why("wide", "w", "t"), ElementsAre("pool_full"));
}

TEST(Limits, max_active_runs_does_not_block_a_retry) {
  Lab lab;
  lab.put_dag("d", R"("max_active_runs": 1, "tasks": [{"task_id": "t", "command": "true",
      "retries": 1, "retry_delay": "10s"}])");
  lab.work(5);
  lab.trigger("d", "a");
  lab.trigger("d", "b");
  lab.finish("a.t", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab.run_state("d", "b"), "queued");
  lab.pass(seconds(10));
  EXPECT_THAT(lab.held(), ElementsAre("a.t"));
  lab.finish("a.t");
  EXPECT_THAT(lab.held(), ElementsAre("b.t"));
}

TEST(Limits, a_pool_may_be_infinite_resized_and_deleted_while_it_is_used) {
  Lab lab;
  lab.put_pool("erp", 2);
  lab.put_dag("d", one_task(R"("pool": "erp")"));
  lab.work(50);
  for (int i = 0; i < 6; ++i) lab.trigger("d", "r" + std::to_string(i));
  EXPECT_THAT(lab.held(), SizeIs(2));
  lab.put_pool("erp", 1);
  lab.finish("r0.t");
  EXPECT_THAT(lab.held(), ElementsAre("r1.t")) << "nothing new above the new size";
  ASSERT_TRUE(lab.apply(DeletePool{"erp", "ada"}));
  lab.finish("r1.t");
  EXPECT_THAT(lab.held(), IsEmpty());
  EXPECT_THAT(lab.why("d", "r3", "t"), ElementsAre("unknown_pool"));
  lab.restart();
  EXPECT_THAT(lab.why("d", "r3", "t"), testing::Contains("unknown_pool"));
  lab.put_pool("erp", -1);
  lab.work(50);
  EXPECT_THAT(lab.held(), SizeIs(4));
}

TEST(ConcurrencyKey, is_a_mutex_over_all_dags) {
  Lab lab;
  lab.put_dag("a", one_task(R"("concurrency_key": "erp")"));
  lab.put_dag("b", one_task(R"("concurrency_key": "erp")"));
  lab.work(50);
  lab.trigger("a", "a");
  lab.trigger("b", "b");
  EXPECT_THAT(lab.held(), ElementsAre("a.t"));
  EXPECT_THAT(lab.why("b", "b", "t"), ElementsAre("concurrency_key"));
  EXPECT_THAT(lab.why_text("b", "b", "t"),
              HasSubstr("concurrency_key \"erp\" is held: 1 of 1 in use, it needs 1"));
  lab.finish("a.t");
  EXPECT_THAT(lab.held(), ElementsAre("b.t"));
}

TEST(ConcurrencyKey, is_rendered_from_params_and_outputs) {
  Lab lab;
  lab.put_dag("d", R"("params": {"region": {"type": "string", "default": "north"}}, "tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "t", "command": "true", "depends_on": ["list"],
       "concurrency_key": "erp-{{ params.region }}-{{ outputs.list.n }}"}])");
  lab.work(50);
  lab.trigger("d", "a");
  lab.finish("a.list", AttemptState::success, 0, {{"n", 7}});
  EXPECT_EQ(lab.row("d", "a", "t").concurrency_key, "erp-north-7");
  lab.trigger("d", "b", -1, {{"region", "south"}});
  lab.finish("b.list", AttemptState::success, 0, {{"n", 7}});
  EXPECT_THAT(lab.held(), ElementsAre("a.t", "b.t"));
}

TEST(ConcurrencyKey, is_tested_with_the_candidates_own_limit_against_all_holders) {
  Lab lab;
  lab.put_dag("three", one_task(R"("concurrency_key": "k", "concurrency_limit": 3)"));
  lab.put_dag("one", one_task(R"("concurrency_key": "k")"));
  lab.work(50);
  lab.trigger("three", "a");
  lab.trigger("three", "b");
  lab.trigger("one", "alone");
  EXPECT_THAT(lab.held(), ElementsAre("a.t", "b.t"));
  lab.trigger("three", "c");
  EXPECT_THAT(lab.held(), ElementsAre("a.t", "b.t", "c.t")) << "who waits hides nobody";
  lab.finish_all();
  EXPECT_EQ(lab.run_state("one", "alone"), "success");
}

TEST(ConcurrencyKey, holds_over_a_restart_and_is_forgotten_with_its_last_holder) {
  Lab lab;
  lab.put_dag("d", one_task(R"("concurrency_key": "k")"));
  lab.work(50);
  lab.trigger("d", "a");
  lab.trigger("d", "b");
  lab.restart();
  lab.work(50);
  EXPECT_THAT(lab.held(), ElementsAre("a.t"));
  EXPECT_THAT(lab.why("d", "b", "t"), ElementsAre("concurrency_key"));
  lab.finish("a.t");
  EXPECT_THAT(lab.held(), ElementsAre("b.t"));
  lab.finish("b.t");
  for (const auto& [name, limit] : lab.scheduler().state().admission.limits())
    EXPECT_EQ(name.kind, LimitName::Kind::pool) << name.name;
}

TEST(ConcurrencyKey, that_cannot_be_rendered_makes_a_failed_attempt_under_the_retry_rules) {
  Lab lab;
  lab.put_dag("d", R"("params": {"n": {"type": "integer", "default": 0}}, "tasks": [
      {"task_id": "t", "command": "true", "concurrency_key": "{{ 1 / params.n }}",
       "retries": 1, "retry_delay": "10s"}])");
  lab.work(50);
  lab.trigger("d", "a");
  EXPECT_EQ(lab.state("d", "a", "t"), "up_for_retry");
  EXPECT_THAT(lab.row("d", "a", "t").reason, HasSubstr("concurrency_key: "));
  lab.pass(seconds(11));
  EXPECT_EQ(lab.state("d", "a", "t"), "failed");
  EXPECT_EQ(lab.row("d", "a", "t").try_number, 2);
  EXPECT_EQ(lab.run_state("d", "a"), "failed");
  EXPECT_THAT(lab.held(), IsEmpty());
  const auto attempt = lab.writer().attempt(lab.row("d", "a", "t").attempt);
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->state, AttemptState::failed);
  EXPECT_THAT(attempt->error, HasSubstr("concurrency_key: "));
}

TEST(QueuedTimeout, alerts_or_fails) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "patient", "command": "true", "queued_timeout": "10s"},
      {"task_id": "hasty", "command": "true", "queued_timeout": "10s", "retries": 3,
       "on_queued_timeout": "fail"}])");
  lab.trigger("d", "a");
  lab.pass(seconds(6));
  lab.restart();
  lab.pass(seconds(5));
  EXPECT_EQ(lab.state("d", "a", "patient"), "scheduled");
  EXPECT_EQ(lab.state("d", "a", "hasty"), "failed");
  EXPECT_EQ(lab.row("d", "a", "hasty").reason, "queued_timeout: no worker took it within 10s");
  EXPECT_EQ(lab.row("d", "a", "patient").reason, "queued_timeout: no worker took it within 10s");
  lab.work(1);
  EXPECT_THAT(lab.held(), ElementsAre("a.patient"));
}

TEST(Losses, max_infrastructure_retries_is_the_tasks_own) {
  Lab lab;
  lab.put_dag("d", one_task(R"("max_infrastructure_retries": 1)"));
  lab.work(1);
  lab.trigger("d", "a");
  lab.finish("a.t", AttemptState::lost, -1);
  EXPECT_THAT(lab.held(), ElementsAre("a.t"));
  lab.finish("a.t", AttemptState::lost, -1);
  EXPECT_EQ(lab.state("d", "a", "t"), "failed");
}

}  // namespace
}  // namespace weft::test
