#include "server/dispatch/session.h"

#include <gmock/gmock.h>

namespace weft::dispatch {
namespace {

using ::testing::ElementsAre;

std::vector<std::int64_t> attempts(const std::vector<wire::Lease>& leases) {
  std::vector<std::int64_t> out;
  for (const wire::Lease& lease : leases) out.push_back(lease.attempt);
  return out;
}

wire::Lease lease_of(std::int64_t attempt) {
  wire::Lease lease;
  lease.attempt = attempt;
  return lease;
}

TEST(SessionState, SendsALeaseOnceAndAgainOnlyAfterItCouldHaveBeenLost) {
  SessionState state;
  state.add(lease_of(7));
  EXPECT_TRUE(state.has_news_for(1));
  EXPECT_THAT(attempts(state.take_leases(1, 10)), ElementsAre(7));
  // A call that arrived before the answer left cannot know of it.
  EXPECT_FALSE(state.has_news_for(9));
  EXPECT_THAT(attempts(state.take_leases(9, 11)), ElementsAre());
  // One that came later and doesn't acknowledge it may have missed it.
  EXPECT_TRUE(state.has_news_for(12));
  EXPECT_THAT(attempts(state.take_leases(12, 13)), ElementsAre(7));
  state.acknowledge(7);
  EXPECT_FALSE(state.has_news_for(14));
  EXPECT_EQ(state.unacked(), 0u);
}

TEST(SessionState, KnowsWhatWasAckedAndIgnoresAStaleAck) {
  SessionState state;
  state.add(lease_of(5));
  state.add(lease_of(9));
  state.acknowledge(5);
  state.acknowledge(3);
  EXPECT_TRUE(state.knows(AttemptId{4}));
  EXPECT_TRUE(state.knows(AttemptId{9}));
  EXPECT_FALSE(state.knows(AttemptId{6}));
  state.add(lease_of(4));
  state.set_after(AttemptId{9}, AttemptId{5});
  const auto leases = state.take_leases(1, 2);
  ASSERT_THAT(attempts(leases), ElementsAre(9));
  EXPECT_EQ(leases[0].after, 5);
}

TEST(SessionState, SendsNoMoreLeasesAtOnceThanAWorkerReads) {
  SessionState state;
  for (std::int64_t attempt = 1; attempt <= 100; ++attempt) {
    wire::Lease lease;
    lease.attempt = attempt;
    lease.env["WEFT_PARAMS"] = std::string(200'000, 'x');
    state.add(std::move(lease));
  }
  const auto first = state.take_leases(1, 2).size();
  EXPECT_GT(first, 30u);
  EXPECT_LT(first, 60u);
  EXPECT_TRUE(state.has_news_for(1)) << "the rest is for the next answer";
  const auto second = state.take_leases(1, 3).size();
  const auto third = state.take_leases(1, 4).size();
  EXPECT_EQ(first + second + third, 100u);
}

TEST(SessionState, RepeatsCancelsButTheyAreNewsOnce) {
  SessionState state;
  state.set_cancels({AttemptId{1}});
  state.add_cancel(AttemptId{2});
  EXPECT_TRUE(state.has_news_for(1));
  EXPECT_THAT(state.take_cancels(), ElementsAre(1, 2));
  EXPECT_FALSE(state.has_news_for(2));
  state.set_cancels({AttemptId{2}, AttemptId{3}});
  EXPECT_TRUE(state.has_news_for(3));
  EXPECT_THAT(state.take_cancels(), ElementsAre(2, 3));
  state.set_cancels({});
  EXPECT_THAT(state.take_cancels(), ElementsAre());
}

}  // namespace
}  // namespace weft::dispatch
