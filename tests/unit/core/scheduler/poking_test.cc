// Sensors that a worker looks for: pokes are attempts that make one try.

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
using testing::IsEmpty;

class Poking : public testing::Test {
 protected:
  Poking() { lab_.work(2); }

  void put(const std::string& keys = "") {
    lab_.put_dag("d", R"("tasks": [{"task_id": "t", "type": "sensor.file",
        "with": {"path": "/in/{{ ds }}.csv"})" +
                          (keys.empty() ? "" : ", " + keys) +
                          R"(}, {"task_id": "next", "command": "true", "depends_on": ["t"]}])");
    lab_.trigger("d", "a");
  }
  void not_yet() { lab_.finish("a.t", AttemptState::rescheduled, 75); }
  void clear() {
    Edit edit;
    edit.what.dag_id = "d";
    edit.what.run_id = "a";
    ASSERT_TRUE(lab_.apply(EditTasks{edit, false, "ada"}));
  }
  std::string state() { return lab_.state("d", "a", "t"); }
  InstanceRow row() { return lab_.row("d", "a", "t"); }

  Lab lab_;
};

TEST_F(Poking, a_poke_that_finds_nothing_continues_its_try_after_the_interval) {
  put();
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
  const AttemptId first = row().attempt;
  not_yet();
  EXPECT_EQ(state(), "up_for_reschedule");
  EXPECT_THAT(lab_.held(), IsEmpty()) << "in between it holds no slot";
  EXPECT_THAT(lab_.why("d", "a", "t"), ElementsAre("poke"));
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr("looks again at 2026-01-01T00:01:00"));
  lab_.pass(seconds(59));
  EXPECT_EQ(state(), "up_for_reschedule");
  lab_.pass(seconds(1));
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
  EXPECT_EQ(row().try_number, 1);
  EXPECT_NE(row().attempt, first) << "each poke has a fence of its own";
  lab_.finish("a.t");
  EXPECT_EQ(state(), "success");
  EXPECT_EQ(row().pokes, 0);
  EXPECT_EQ(*row().started_at, from_micros(1'767'225'600'000'000)) << "of the first poke";
  EXPECT_THAT(lab_.held(), ElementsAre("a.next"));
}

TEST_F(Poking, a_poke_that_could_not_be_rendered_and_looked_all_the_same_may_be_the_last) {
  put(R"("timeout": "90s")");
  not_yet();
  lab_.pass(seconds(60));
  lab_.restart();  // its worker may have begun
  ASSERT_TRUE(lab_.apply(FailAttempt{row().attempt, "no such variable"}));
  lab_.pass(seconds(30));
  not_yet();
  EXPECT_EQ(state(), "failed");
  EXPECT_THAT(row().reason, HasSubstr("nothing came within"));
}

TEST_F(Poking, survives_a_restart_and_keeps_its_time) {
  put();
  not_yet();
  lab_.pass(seconds(40));
  lab_.restart();
  EXPECT_EQ(state(), "up_for_reschedule");
  EXPECT_EQ(row().pokes, 1);
  lab_.pass(seconds(19));
  EXPECT_EQ(state(), "up_for_reschedule");
  lab_.pass(seconds(1));
  EXPECT_EQ(row().try_number, 1);
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
}

TEST_F(Poking, exponential_backoff_doubles_up_to_an_hour) {
  put(R"("poke_interval": "20m", "exponential_backoff": true)");
  for (const int wait : {20, 40, 60, 60}) {
    not_yet();
    lab_.pass(minutes(wait) - seconds(1));
    EXPECT_EQ(state(), "up_for_reschedule") << wait;
    lab_.pass(seconds(1));
    EXPECT_THAT(lab_.held(), ElementsAre("a.t")) << wait;
  }
}

TEST_F(Poking, gives_up_at_its_timeout_for_good) {
  put(R"("timeout": "90s", "retries": 5)");
  not_yet();
  lab_.pass(seconds(60));
  not_yet();
  EXPECT_THAT(lab_.why_text("d", "a", "t"), HasSubstr("looks again at 2026-01-01T00:01:30"))
      << "the last look comes when the time is up";
  lab_.pass(seconds(30));
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
  not_yet();
  EXPECT_EQ(state(), "failed");
  EXPECT_EQ(row().reason, "timeout: nothing came within 1m30s");
  EXPECT_EQ(lab_.state("d", "a", "next"), "upstream_failed");
  lab_.pass(hours(2));
  EXPECT_EQ(state(), "failed");
}

TEST_F(Poking, what_comes_with_the_last_look_counts) {
  put(R"("timeout": "90s")");
  not_yet();
  lab_.pass(minutes(1));
  not_yet();
  lab_.pass(seconds(30));
  lab_.finish("a.t");
  EXPECT_EQ(state(), "success");
}

TEST_F(Poking, soft_fail_skips) {
  put(R"("timeout": "30s", "soft_fail": true)");
  not_yet();
  lab_.pass(seconds(30));
  not_yet();
  EXPECT_EQ(state(), "skipped");
  EXPECT_THAT(row().reason, HasSubstr("timeout: "));
}

TEST_F(Poking, a_poke_that_fails_is_a_failed_try_and_the_timeout_spans_all_tries) {
  put(R"("timeout": "10m", "retries": 1, "retry_delay": "5m")");
  not_yet();
  lab_.pass(minutes(1));
  lab_.finish("a.t", AttemptState::failed, 1);
  EXPECT_EQ(state(), "up_for_retry");
  lab_.pass(minutes(5));
  EXPECT_EQ(row().try_number, 2);
  EXPECT_EQ(row().pokes, 0);
  not_yet();
  lab_.pass(minutes(1));
  EXPECT_EQ(row().try_number, 2);
  lab_.pass(minutes(3));
  not_yet();
  EXPECT_EQ(state(), "failed");
}

TEST_F(Poking, a_clear_begins_anew) {
  put(R"("timeout": "2m")");
  not_yet();
  lab_.pass(seconds(30));
  clear();
  lab_.settle();
  EXPECT_EQ(row().try_number, 2);
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
  not_yet();
  lab_.pass(seconds(35));
  EXPECT_EQ(state(), "up_for_reschedule") << "the timer of before the clear does not count";
  lab_.pass(seconds(65));
  not_yet();
  EXPECT_EQ(state(), "up_for_reschedule") << "130 s after the start, 100 s after the clear";
  lab_.pass(seconds(20));
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
}

TEST_F(Poking, an_end_of_the_run_reaches_it_between_pokes_and_in_one) {
  put();
  not_yet();
  lab_.mark("d", "a", MarkRun::To::cancelled);
  EXPECT_EQ(state(), "skipped");
  lab_.trigger("d", "b");
  lab_.mark("d", "b", MarkRun::To::cancelled);
  lab_.finish("b.t", AttemptState::rescheduled, 75);
  EXPECT_EQ(lab_.state("d", "b", "t"), "failed");
  EXPECT_EQ(lab_.run_state("d", "b"), "failed");
}

TEST_F(Poking, waits_its_turn_and_an_old_queued_timeout_does_not_count) {
  put(R"("queued_timeout": "90s", "on_queued_timeout": "fail")");
  lab_.put_dag("busy", R"("tasks": [{"task_id": "t", "command": "sleep"}])");
  not_yet();
  lab_.pass(seconds(10));
  lab_.trigger("busy", "x");
  lab_.trigger("busy", "y");
  lab_.pass(seconds(50));
  EXPECT_EQ(state(), "scheduled") << "both slots are taken";
  lab_.pass(seconds(60));
  EXPECT_EQ(state(), "scheduled") << "the first poke's 90 s are over, this one's are not";
  lab_.pass(seconds(30));
  EXPECT_EQ(state(), "failed");
}

TEST_F(Poking, an_old_queued_timeout_does_not_count_after_a_clear_either) {
  put(R"("queued_timeout": "90s", "on_queued_timeout": "fail")");
  lab_.put_dag("busy", R"("tasks": [{"task_id": "t", "command": "sleep"}])");
  not_yet();
  lab_.pass(seconds(60));
  not_yet();
  lab_.trigger("busy", "x");
  lab_.trigger("busy", "y");
  lab_.pass(seconds(10));
  clear();
  lab_.settle();
  EXPECT_EQ(state(), "scheduled");
  lab_.pass(seconds(85));  // the timers of both pokes have fired
  EXPECT_EQ(state(), "scheduled");
  lab_.pass(seconds(5));
  EXPECT_EQ(state(), "failed");
}

TEST_F(Poking, a_long_wait_for_a_worker_is_told_once) {
  put(R"("queued_timeout": "5m")");
  lab_.put_dag("busy", R"("tasks": [{"task_id": "t", "command": "sleep"}])");
  for (int i = 0; i < 3; ++i) {
    not_yet();
    lab_.pass(minutes(1));
  }
  not_yet();
  lab_.trigger("busy", "x");
  lab_.trigger("busy", "y");
  lab_.pass(hours(1));
  int told = 0;
  for (const Change& change : lab_.changes())
    if (const auto* event = std::get_if<EventRow>(&change))
      told += event->kind == EventRow::Kind::queued_timeout;
  EXPECT_EQ(told, 1);
}

TEST_F(Poking, a_look_that_was_whole_forgets_the_losses_before) {
  put(R"("max_infrastructure_retries": 1)");
  for (int i = 0; i < 3; ++i) {
    lab_.finish("a.t", AttemptState::lost);
    EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
    not_yet();
    EXPECT_EQ(state(), "up_for_reschedule");
    EXPECT_EQ(row().losses, 0);
    lab_.pass(minutes(1));
  }
}

TEST_F(Poking, of_a_run_that_ends_and_goes_on_it_looks_again) {
  lab_.hold_still();
  put();
  for (int i = 0; i < 5; ++i) lab_.step();
  not_yet();
  lab_.mark("d", "a", MarkRun::To::cancelled);
  clear();
  for (int i = 0; i < 20; ++i) lab_.step();
  EXPECT_THAT(lab_.held(), ElementsAre("a.t"));
}

TEST_F(Poking, only_a_sensor_may_say_not_yet) {
  lab_.put_dag("d", R"("tasks": [{"task_id": "t", "command": "true"}])");
  lab_.trigger("d", "a");
  not_yet();
  EXPECT_EQ(state(), "failed");
  EXPECT_THAT(row().reason, HasSubstr("no sensor"));
}

}  // namespace
}  // namespace weft::test
