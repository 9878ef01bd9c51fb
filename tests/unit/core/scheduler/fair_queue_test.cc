#include "server/core/scheduler/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace weft {
namespace {

Rank rank(std::int64_t instance, std::int64_t dag, int priority = 1, bool backfill = false,
          std::int64_t weight = 1, std::int64_t date = 0) {
  return {priority, backfill, DagKey{dag}, weight, date, RunId{dag}, 0, -1, InstanceId{instance}};
}

std::vector<std::int64_t> drain(FairQueue& queue) {
  std::vector<std::int64_t> order;
  while (!queue.empty()) order.push_back(queue.pop().instance.value);
  return order;
}

TEST(FairQueue, PriorityThenNormalBeforeBackfill) {
  FairQueue queue;
  queue.push(rank(1, 1, 1, true));
  queue.push(rank(2, 2, 1, false));
  queue.push(rank(3, 3, 5, true));
  EXPECT_THAT(drain(queue), testing::ElementsAre(3, 2, 1));
}

TEST(FairQueue, ALargeDagTakesTurnsWithASmallOne) {
  FairQueue queue;
  for (int i = 1; i <= 4; ++i) queue.push(rank(i, 1));
  queue.push(rank(10, 2));
  queue.push(rank(11, 2));
  EXPECT_THAT(drain(queue), testing::ElementsAre(1, 10, 2, 11, 3, 4));
}

TEST(FairQueue, InsideADagByWeightThenDate) {
  FairQueue queue;
  queue.push(rank(1, 1, 1, false, 1, 5));
  queue.push(rank(2, 1, 1, false, 9, 7));
  queue.push(rank(3, 1, 1, false, 1, 3));
  EXPECT_THAT(drain(queue), testing::ElementsAre(2, 3, 1));
}

TEST(FairQueue, RemoveTakesOutWhatIsThereAndNothingElse) {
  FairQueue queue;
  queue.push(rank(1, 1));
  EXPECT_FALSE(queue.remove(rank(2, 1)));
  EXPECT_FALSE(queue.remove(rank(1, 2)));
  EXPECT_TRUE(queue.remove(rank(1, 1)));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace weft
