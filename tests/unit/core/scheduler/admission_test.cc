#include "server/core/scheduler/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft {
namespace {

using std::chrono::seconds;

const LimitName small{LimitName::Kind::pool, "small"};
const LimitName wide{LimitName::Kind::pool, "wide"};

class AdmissionTest : public testing::Test {
 protected:
  AdmissionTest() {
    admission_.set_capacity(small, 2);
    admission_.set_capacity(wide, -1);
    admission_.set_worker("w", {"default"}, 100, true);
  }

  void demand(std::int64_t id, const LimitName& pool, std::int64_t slots = 1, int priority = 1,
              const std::string& queue = "default") {
    Demand demand;
    demand.rank = {priority, false, DagKey{1}, 1, id, RunId{1}, 0, -1, InstanceId{id}};
    demand.queue = queue;
    demand.limits = {{pool, slots}};
    admission_.demand(demand);
  }

  std::vector<std::int64_t> granted(Duration now = {}) {
    std::vector<std::int64_t> ids;
    for (const Grant& grant : admission_.grant(now, 1000)) ids.push_back(grant.rank.instance.value);
    return ids;
  }

  void release(std::int64_t id) { admission_.release(InstanceId{id}); }

  Admission admission_{seconds(30)};
};

TEST_F(AdmissionTest, APoolIsNeverExceededAndAFreedSlotIsUsed) {
  for (int id = 1; id <= 4; ++id) demand(id, small);
  EXPECT_THAT(granted(), testing::ElementsAre(1, 2));
  EXPECT_THAT(granted(), testing::IsEmpty());
  release(1);
  EXPECT_THAT(granted(), testing::ElementsAre(3));
}

TEST_F(AdmissionTest, AFullPoolWithAThousandAheadHidesNobodyElse) {
  for (int id = 1; id <= 1000; ++id) demand(id, small, 1, 10);
  demand(5000, wide, 1, 1);
  const auto ids = granted();
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_THAT(ids, testing::Contains(5000));
}

TEST_F(AdmissionTest, AWideTaskIsNotStarvedByNarrowOnes) {
  demand(1, small);
  demand(2, small);
  EXPECT_THAT(granted(seconds(0)), testing::ElementsAre(1, 2));
  demand(100, small, 2);
  for (int id = 3; id <= 6; ++id) demand(id, small);
  EXPECT_THAT(granted(seconds(0)), testing::IsEmpty());
  release(1);
  EXPECT_THAT(granted(seconds(1)), testing::SizeIs(1)) << "a narrow one passes it over";
  release(2);
  EXPECT_THAT(granted(seconds(40)), testing::IsEmpty()) << "nothing behind it any more";
  release(3);
  EXPECT_THAT(granted(seconds(41)), testing::ElementsAre(100));
}

TEST_F(AdmissionTest, AWideTaskIsNotStarvedByNarrowOnesThatComeOneByOne) {
  demand(1, small);
  EXPECT_THAT(granted(seconds(0)), testing::ElementsAre(1));
  demand(100, small, 2);
  EXPECT_THAT(granted(seconds(0)), testing::IsEmpty());
  demand(2, small);  // it waits for nothing: a slot is free
  EXPECT_THAT(granted(seconds(5)), testing::ElementsAre(2));
  release(1);
  demand(3, small);
  EXPECT_THAT(granted(seconds(20)), testing::ElementsAre(3));
  release(2);
  demand(4, small);
  EXPECT_THAT(granted(seconds(36)), testing::IsEmpty()) << "31 s after it was first passed over";
  release(3);
  EXPECT_THAT(granted(seconds(40)), testing::ElementsAre(100));
  release(100);
  EXPECT_THAT(granted(seconds(50)), testing::ElementsAre(4));
}

TEST_F(AdmissionTest, WhatWaitsForItsWorkersTakesNothingFromOthers) {
  demand(1, small, 1, 9, "gpu");
  demand(2, small, 1, 9, "gpu");
  demand(3, small);
  EXPECT_THAT(granted(), testing::ElementsAre(3));
}

TEST_F(AdmissionTest, AGrownPoolWakesItsWaiters) {
  for (int id = 1; id <= 5; ++id) demand(id, small);
  EXPECT_THAT(granted(), testing::SizeIs(2));
  admission_.set_capacity(small, 4);
  EXPECT_THAT(granted(), testing::SizeIs(2));
  admission_.set_capacity(small, 1);
  release(1);
  EXPECT_THAT(granted(), testing::IsEmpty());
}

TEST_F(AdmissionTest, WithdrawnIsNeverGranted) {
  for (int id = 1; id <= 3; ++id) demand(id, small);
  EXPECT_THAT(granted(), testing::SizeIs(2));
  admission_.withdraw(InstanceId{3});
  release(1);
  EXPECT_THAT(granted(), testing::IsEmpty());
  EXPECT_FALSE(admission_.waits(InstanceId{3}));
}

TEST_F(AdmissionTest, SaysWhatBlocks) {
  for (int id = 1; id <= 3; ++id) demand(id, small);
  demand(9, wide, 1, 1, "gpu");
  granted();
  const auto full = admission_.blockers(InstanceId{3});
  ASSERT_EQ(full.size(), 1U);
  EXPECT_EQ(full[0].kind, Blocker::Kind::limit);
  EXPECT_EQ(full[0].used, 2);
  const auto alone = admission_.blockers(InstanceId{9});
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].kind, Blocker::Kind::no_worker);
}

TEST_F(AdmissionTest, TheWorkerWithTheMostFreeSlotsIsTakenAndNoneIsOverfilled) {
  admission_.set_worker("w", {"default"}, 1, true);
  admission_.set_worker("x", {"default"}, 2, true);
  for (int id = 1; id <= 5; ++id) demand(id, wide);
  const auto grants = admission_.grant({}, 1000);
  ASSERT_EQ(grants.size(), 3U);
  EXPECT_EQ(grants[0].session, "x");
}

}  // namespace
}  // namespace weft
