// The protocol when all goes well: leases, starts, results, cancels, draining.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/worker/protocol_fixture.h"

namespace weft::worker::protocol_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ProtocolTest, RegistersBeforeAnythingElse) {
  EXPECT_THAT(step().calls, IsEmpty()) << "no runner, no call";
  protocol_.runner_up({.session = std::string(32, 'a')});
  step();
  EXPECT_THAT(kinds(), ElementsAre(CallKind::registration));
  EXPECT_EQ(sent_register().slots, 2);
  EXPECT_THAT(step().calls, IsEmpty()) << "one at a time";
  answer(CallKind::registration,
         wire::to_json_text(wire::RegisterResponse{.database_id = "db", .lease_ms = 60'000}));
  step();
  EXPECT_THAT(kinds(), ElementsAre(CallKind::sync));
  EXPECT_EQ(sent_sync().wait_ms, 5'000);
  EXPECT_EQ(out_.runner.lease_end_us, now_ + 50 * second);
}

TEST_F(ProtocolTest, LeasesGoToTheRunnerOnceAndAreAcknowledged) {
  register_ok();
  answer_sync({.leases = {lease(5), lease(7, 5)}});
  step();
  EXPECT_THAT(out_.runner.run, SizeIs(2));
  now_ += second;
  step();
  EXPECT_EQ(sent_sync().acked, 7);
  EXPECT_THAT(sent_sync().running, ElementsAre(5, 7));
  answer_sync({.leases = {lease(7, 5), lease(9, 8)}});
  step();
  ASSERT_THAT(out_.runner.run, SizeIs(1)) << "7 is a repeat";
  EXPECT_EQ(out_.runner.run[0].attempt, 9);
  now_ += second;
  step();
  EXPECT_EQ(sent_sync().acked, 7) << "8 has not come";
}

TEST_F(ProtocolTest, ALeaseWithNothingToRunIsOnlyAcknowledged) {
  register_ok();
  wire::Lease empty = lease(5);
  empty.argv.clear();
  answer_sync({.leases = {empty}});
  step();
  EXPECT_EQ(sent_sync().acked, 5);
  EXPECT_THAT(sent_sync().running, IsEmpty());
}

TEST_F(ProtocolTest, ResultsGatherWhileACallIsInFlight) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1));
  protocol_.attempt_finished(success(2));
  EXPECT_THAT(step().calls, IsEmpty());
  answer_results({.leases = {lease(3, 2)}});
  step();
  EXPECT_THAT(kinds(), ElementsAre(CallKind::results)) << "and no sync: it is busy";
  EXPECT_EQ(sent_results().acked, 3);
  EXPECT_EQ(sent_results().results.at(0).attempt, 2);
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1));
  EXPECT_THAT(out_.runner.run, SizeIs(1));
}

TEST_F(ProtocolTest, AFullWorkerSyncsOnlyWhenResultsStopFlowing) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  EXPECT_THAT(step().calls, IsEmpty());
  EXPECT_LE(protocol_.wakeup(), now_ + 200 * ms);
  now_ += 200 * ms;
  step();
  EXPECT_THAT(kinds(), ElementsAre(CallKind::sync)) << "a full worker can still be told to cancel";
}

TEST_F(ProtocolTest, StartsAreTold200MillisecondsLateAtMost) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.attempt_started({.attempt = 1, .started_at = 77}, now_);
  EXPECT_THAT(step().calls, IsEmpty());
  EXPECT_LE(protocol_.wakeup(), now_ + 100 * ms);
  now_ = protocol_.wakeup();
  step();
  ASSERT_THAT(kinds(), ElementsAre(CallKind::results)) << "the sync is held by the server";
  EXPECT_THAT(sent_results().started, ElementsAre(1));
  EXPECT_THAT(sent_results().started_at, ElementsAre(77));
  EXPECT_THAT(sent_results().results, IsEmpty());
}

TEST_F(ProtocolTest, TheStartOfAShortTaskIsInItsResult) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.attempt_started({.attempt = 1, .started_at = 77}, now_);
  protocol_.attempt_finished(success(1));
  step();
  EXPECT_THAT(sent_results().started, IsEmpty());
}

TEST_F(ProtocolTest, CancelsAreForwardedOnceAndOnlyForWhatItHolds) {
  register_ok();
  answer_sync({.leases = {lease(1)}, .cancels = {1, 99}});
  step();
  EXPECT_THAT(out_.runner.cancel, ElementsAre(1));
  answer_sync({.cancels = {1}});
  step();
  EXPECT_THAT(out_.runner.cancel, IsEmpty());
}

TEST_F(ProtocolTest, TheLeaseCountsFromWhenTheCallWasSent) {
  register_ok();
  const std::int64_t sent = now_;
  now_ += 4 * second;
  answer_sync({});
  step();
  EXPECT_EQ(out_.runner.lease_end_us, 0) << "nothing new: the register call was sent then too";
  now_ += 5 * second;
  answer_sync({});
  step();
  EXPECT_EQ(out_.runner.lease_end_us, sent + 4 * second + 50 * second);
}

TEST_F(ProtocolTest, AStoppingServersLongLeaseCounts) {
  register_ok();
  const std::int64_t sent = now_;
  answer_sync({.lease_ms = 900'000});
  step();
  EXPECT_EQ(out_.runner.lease_end_us, sent + 890 * second);
  const std::int64_t later = now_;
  now_ += second;
  answer_sync({.lease_ms = 60'000});
  step();
  EXPECT_EQ(out_.runner.lease_end_us, later + 50 * second) << "and back";
}

TEST_F(ProtocolTest, DrainingTellsTheServerAndEndsWhenAllIsHandedIn) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.drain(now_, 3600 * second);
  step();
  ASSERT_THAT(kinds(), ElementsAre(CallKind::sync)) << "not only when the poll ends";
  EXPECT_TRUE(sent_sync().draining);
  answer_sync({});
  step();
  EXPECT_FALSE(out_.exit);
  protocol_.attempt_finished(success(1));
  step();
  EXPECT_TRUE(sent_results().draining);
  EXPECT_FALSE(out_.exit);
  answer_results();
  step();
  ASSERT_TRUE(out_.exit);
  EXPECT_EQ(out_.exit->code, 0);
  EXPECT_TRUE(out_.runner.exit);
}

TEST_F(ProtocolTest, DrainingCancelsAfterItsLimitAndGivesUpOnADeadServer) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.drain(now_, 60 * second);
  step();
  now_ += 60 * second;
  step();
  EXPECT_TRUE(out_.runner.cancel_all);
  answer(CallKind::sync, "refused", 0);
  protocol_.attempt_finished(success(1));
  step();
  EXPECT_FALSE(out_.exit);
  now_ += 10 * second;
  step();
  ASSERT_TRUE(out_.exit);
  EXPECT_EQ(out_.exit->code, 0);
  EXPECT_THAT(out_.exit->message, HasSubstr("next start"));
}

TEST_F(ProtocolTest, ABatchIsBounded) {
  register_ok();
  for (int i = 1; i <= 600; ++i) protocol_.attempt_finished(success(i));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(wire::max_batch));
  answer_results();
  step();
  EXPECT_THAT(sent_results().results, SizeIs(wire::max_batch));
}

}  // namespace
}  // namespace weft::worker::protocol_test
