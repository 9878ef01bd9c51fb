#include "server/core/scheduler/attempts.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const TryIdentity identity{"dag", "run", "task", -1, 1};

RetryPolicy policy(int retries) {
  RetryPolicy policy;
  policy.retries = retries;
  policy.delay = seconds(10);
  return policy;
}

TEST(AfterTry, RetriesWhileFailuresAreAtMostRetries) {
  EXPECT_EQ(after_try(policy(1), AttemptState::failed, 1, 0, 0, 3, identity).state,
            TaskState::up_for_retry);
  EXPECT_EQ(after_try(policy(1), AttemptState::failed, 1, 1, 0, 3, identity).state,
            TaskState::failed);
  EXPECT_EQ(after_try(policy(0), AttemptState::timed_out, -1, 0, 0, 3, identity).state,
            TaskState::failed);
}

TEST(AfterTry, ALossBurnsNoRetryUntilThereAreTooMany) {
  for (int losses = 0; losses < 3; ++losses) {
    const AfterTry after = after_try(policy(0), AttemptState::lost, -1, 0, losses, 3, identity);
    EXPECT_EQ(after.state, TaskState::scheduled);
    EXPECT_FALSE(after.counts_as_failure);
  }
  const AfterTry after = after_try(policy(0), AttemptState::lost, -1, 0, 3, 3, identity);
  EXPECT_EQ(after.state, TaskState::failed);
  EXPECT_TRUE(after.counts_as_failure);
}

TEST(AfterTry, ExitCodesNarrowTheRetries) {
  RetryPolicy only = policy(5);
  only.retry_on_exit_codes = {75};
  EXPECT_EQ(after_try(only, AttemptState::failed, 75, 0, 0, 3, identity).state,
            TaskState::up_for_retry);
  EXPECT_EQ(after_try(only, AttemptState::failed, 1, 0, 0, 3, identity).state, TaskState::failed);
  RetryPolicy never = policy(5);
  never.fail_on_exit_codes = {2};
  EXPECT_EQ(after_try(never, AttemptState::failed, 2, 0, 0, 3, identity).state, TaskState::failed);
  EXPECT_EQ(after_try(never, AttemptState::failed, 3, 0, 0, 3, identity).state,
            TaskState::up_for_retry);
}

TEST(RetryDelay, GrowsExponentiallyUpToItsLimit) {
  RetryPolicy growing = policy(9);
  growing.exponential_backoff = 2;
  growing.max_delay = minutes(1);
  EXPECT_EQ(retry_delay(growing, 1, identity), seconds(10));
  EXPECT_EQ(retry_delay(growing, 2, identity), seconds(20));
  EXPECT_EQ(retry_delay(growing, 3, identity), seconds(40));
  EXPECT_EQ(retry_delay(growing, 4, identity), minutes(1));
  EXPECT_EQ(retry_delay(growing, 400, identity), minutes(1));
}

TEST(RetryDelay, JitterStaysInItsPartAndReplays) {
  RetryPolicy jittered = policy(9);
  jittered.jitter = 0.5;
  Duration least = Duration::max(), most{};
  for (int i = 1; i <= 200; ++i) {
    const TryIdentity one{"dag", "run", "task", -1, i};
    const Duration delay = retry_delay(jittered, 1, one);
    EXPECT_EQ(delay, retry_delay(jittered, 1, one));
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, seconds(10));
  EXPECT_LT(least, seconds(11));
  EXPECT_LT(most, seconds(15));
  EXPECT_GT(most, seconds(14));
}

}  // namespace
}  // namespace weft
