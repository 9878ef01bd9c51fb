// What becomes of an attempt that dispatch can't render.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

class Rendering : public testing::Test {
 protected:
  Rendering() {
    lab_.put_dag("d", R"("tasks": [{"task_id": "t", "command": "true", "retries": 1,
        "retry_delay": "10s"}])");
    lab_.work(1);
    lab_.trigger("d", "a");
  }

  void cannot_be_rendered() {
    ASSERT_TRUE(lab_.apply(FailAttempt{lab_.row("d", "a", "t").attempt, "no such variable"}));
  }

  void out_of_reach() {
    ASSERT_TRUE(lab_.apply(
        FailAttempt{lab_.row("d", "a", "t").attempt, "Vault does not answer", AttemptState::lost}));
  }

  Lab lab_;
};

TEST_F(Rendering, a_failure_fails_the_try_under_the_retry_rules) {
  cannot_be_rendered();
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "no such variable");
}

TEST_F(Rendering, of_what_a_worker_may_run_waits_for_its_end_and_fails_the_try_too) {
  lab_.restart();
  cannot_be_rendered();
  EXPECT_EQ(lab_.state("d", "a", "t"), "queued") << "only its worker can say that it is over";
  lab_.finish("a.t", AttemptState::cancelled);
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab_.row("d", "a", "t").failures, 1);
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "no such variable");
}

TEST_F(Rendering, what_cannot_be_had_at_the_moment_is_asked_for_again_and_costs_no_retry) {
  for (const int delay : {5, 20, 80}) {
    out_of_reach();
    EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
    EXPECT_EQ(lab_.row("d", "a", "t").reason, "Vault does not answer");
    EXPECT_EQ(lab_.row("d", "a", "t").failures, 0);
    lab_.pass(std::chrono::seconds(delay - 1));
    EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
    lab_.pass(std::chrono::seconds(1));
    EXPECT_EQ(lab_.state("d", "a", "t"), "queued");
  }
  EXPECT_EQ(lab_.row("d", "a", "t").losses, 3);
  out_of_reach();  // more than max_infrastructure_retries: like a failure from now on
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab_.row("d", "a", "t").failures, 1);
  lab_.pass(std::chrono::seconds(10));
  out_of_reach();
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "Vault does not answer");
}

TEST_F(Rendering, what_cannot_be_had_waits_through_a_restart) {
  out_of_reach();
  lab_.restart();
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  lab_.pass(std::chrono::seconds(5));
  EXPECT_THAT(lab_.held(), testing::ElementsAre("a.t"));
  lab_.finish("a.t");
  EXPECT_EQ(lab_.state("d", "a", "t"), "success");
}

TEST_F(Rendering, what_cannot_be_had_is_lost_too_when_a_worker_may_run_it) {
  lab_.restart();
  out_of_reach();
  EXPECT_EQ(lab_.state("d", "a", "t"), "queued");
  lab_.finish("a.t", AttemptState::cancelled);
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab_.row("d", "a", "t").failures, 0);
  EXPECT_EQ(lab_.row("d", "a", "t").losses, 1);
}

/// A slow look-up: the worker has asked for work meanwhile, and gets an empty lease in the end.
TEST_F(Rendering, the_reason_stays_when_the_worker_never_had_anything_to_run) {
  wire::SyncRequest sync;
  sync.session = lab_.writer().attempt(lab_.row("d", "a", "t").attempt)->session;
  ASSERT_TRUE(lab_.apply(SyncWorker{sync}));
  cannot_be_rendered();
  EXPECT_EQ(lab_.state("d", "a", "t"), "queued");
  sync.acked = lab_.row("d", "a", "t").attempt.value;
  ASSERT_TRUE(lab_.apply(SyncWorker{sync}));
  EXPECT_EQ(lab_.state("d", "a", "t"), "up_for_retry");
  EXPECT_EQ(lab_.row("d", "a", "t").failures, 1);
  EXPECT_EQ(lab_.row("d", "a", "t").reason, "no such variable");
}

TEST_F(Rendering, a_persons_cancel_goes_before_it) {
  lab_.restart();
  cannot_be_rendered();
  lab_.mark("d", "a", MarkRun::To::cancelled);
  lab_.finish("a.t", AttemptState::cancelled);
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
}

}  // namespace
}  // namespace weft::test
