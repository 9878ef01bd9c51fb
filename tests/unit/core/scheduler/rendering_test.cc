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

TEST_F(Rendering, a_persons_cancel_goes_before_it) {
  lab_.restart();
  cannot_be_rendered();
  lab_.mark("d", "a", MarkRun::To::cancelled);
  lab_.finish("a.t", AttemptState::cancelled);
  EXPECT_EQ(lab_.state("d", "a", "t"), "failed");
}

}  // namespace
}  // namespace weft::test
