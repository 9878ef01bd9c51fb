#include "server/core/scheduler/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

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

  /// Holders of the key that all are counted by, each with its own capacity.
  void demand_key(std::int64_t id, std::int64_t capacity) {
    Demand demand;
    demand.rank = {1, false, DagKey{1}, 1, id, RunId{1}, 0, -1, InstanceId{id}};
    demand.queue = "default";
    demand.limits = {{{LimitName::Kind::key, "lock"}, 1, capacity}};
    admission_.demand(std::move(demand));
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

TEST_F(AdmissionTest, ATightKeyIsNotStarvedByThoseThatShareIt) {
  demand_key(1, 2);
  EXPECT_THAT(granted(seconds(0)), testing::ElementsAre(1));
  demand_key(20, 1);
  demand_key(2, 2);
  EXPECT_THAT(granted(seconds(1)), testing::ElementsAre(2)) << "passes 20 over";
  demand_key(21, 1);
  demand_key(5, 2);
  release(1);
  EXPECT_THAT(granted(seconds(2)), testing::ElementsAre(5));
  demand_key(6, 2);
  release(2);
  EXPECT_THAT(granted(seconds(70)), testing::IsEmpty()) << "nothing behind 20 any more";
  release(5);
  EXPECT_THAT(granted(seconds(80)), testing::ElementsAre(20, 6))
      << "20 has the turn, 6 fits beside";
  release(20);
  demand_key(7, 2);
  EXPECT_THAT(granted(seconds(81)), testing::ElementsAre(7));
  release(6);
  release(7);
  demand_key(8, 2);
  EXPECT_THAT(granted(seconds(120)), testing::ElementsAre(21, 8));
}

/// Whatever comes in whatever order: a decision ends, no limit is exceeded, and once everything
/// that holds something ends, everybody gets a turn.
TEST(AdmissionAtRandom, EndsAndServesEverybody) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Admission admission{seconds(30)};
    const LimitName four{LimitName::Kind::pool, "four"}, key{LimitName::Kind::key, "lock"};
    admission.set_capacity(four, 4);
    admission.set_worker("a", {"default"}, 1000, true);
    admission.set_worker("b", {"gpu"}, 1000, true);
    std::vector<InstanceId> held;
    Duration now{};
    std::int64_t made = 0, served = 0;
    const auto decide = [&] {
      for (const Grant& grant : admission.grant(now, 1000)) {
        held.push_back(grant.rank.instance);
        ++served;
      }
      const Limit* pool = admission.find_limit(four);
      EXPECT_LE(pool->used, 4);
      if (const Limit* lock = admission.find_limit(key)) {
        EXPECT_LE(lock->used, 2);
      }
    };
    const auto release_one = [&] {
      if (held.empty()) return;
      std::swap(held[static_cast<std::size_t>(below(static_cast<int>(held.size())))], held.back());
      admission.release(held.back());
      held.pop_back();
    };
    for (int step = 0; step < 300; ++step) {
      now += seconds(below(20));
      if (below(5) < 3) {
        Demand demand;
        demand.rank = {1 + below(2),
                       below(4) == 0,
                       DagKey{1 + below(3)},
                       1,
                       below(100),
                       RunId{1},
                       below(3),
                       -1,
                       InstanceId{++made}};
        demand.queue = below(4) == 0 ? "gpu" : "default";
        if (below(3) > 0) demand.limits.push_back({four, 1 + below(4)});
        if (below(3) > 0) demand.limits.push_back({key, 1, 1 + below(2)});
        admission.demand(std::move(demand));
      } else {
        for (int i = below(4); i >= 0; --i) release_one();
      }
      decide();
    }
    for (int round = 0; round < 3000 && served < made; ++round) {
      now += seconds(10);
      release_one();
      decide();
    }
    ASSERT_EQ(served, made);
  }
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
  const auto full = admission_.blockers(InstanceId{3}, {});
  ASSERT_EQ(full.size(), 1U);
  EXPECT_EQ(full[0].kind, Blocker::Kind::limit);
  EXPECT_EQ(full[0].used, 2);
  const auto alone = admission_.blockers(InstanceId{9}, {});
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
