// The protocol's state machine in virtual time: no process, no socket, no clock.

#include "worker/agent/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::worker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t ms = Protocol::ms;
constexpr std::int64_t second = Protocol::second;

wire::Lease lease(std::int64_t attempt, std::int64_t after = 0) {
  wire::Lease lease;
  lease.attempt = attempt;
  lease.after = after;
  lease.argv = {"true"};
  return lease;
}

wire::AttemptResult success(std::int64_t attempt) {
  wire::AttemptResult result;
  result.attempt = attempt;
  result.outcome = AttemptState::success;
  return result;
}

class ProtocolTest : public testing::Test {
 protected:
  /// Advances to `now_`; keeps the calls for answering by kind.
  const ProtocolOutput& step() {
    out_ = protocol_.advance(now_);
    for (const ProtocolCall& call : out_.calls) calls_[call.kind] = call;
    return out_;
  }
  void answer(CallKind kind, const std::string& body, int status = 200) {
    protocol_.answered({kind, calls_.at(kind).serial, status, body}, now_);
  }
  void register_ok(const std::string& session = std::string(32, 'a')) {
    protocol_.runner_up({.session = session});
    step();
    answer(CallKind::registration,
           wire::to_json_text(wire::RegisterResponse{.worker_id = 1, .database_id = "db"}));
    step();
  }
  void answer_sync(wire::SyncResponse response) {
    answer(CallKind::sync, wire::to_json_text(response));
  }
  void answer_results(wire::ResultsResponse response = {}) {
    response.verdicts.resize(sent_results().results.size());
    answer(CallKind::results, wire::to_json_text(response));
  }
  wire::SyncRequest sent_sync() { return *wire::sync_request_from(calls_.at(CallKind::sync).body); }
  wire::ResultsRequest sent_results() {
    return *wire::results_request_from(calls_.at(CallKind::results).body);
  }
  wire::RegisterRequest sent_register() {
    return *wire::register_request_from(calls_.at(CallKind::registration).body);
  }
  std::vector<CallKind> kinds() const {
    std::vector<CallKind> kinds;
    for (const auto& call : out_.calls) kinds.push_back(call.kind);
    return kinds;
  }

  Protocol protocol_{{.name = "w", .slots = 2, .queues = {"default"}}, 1};
  std::int64_t now_ = 1000 * second;
  ProtocolOutput out_;
  std::map<CallKind, ProtocolCall> calls_;
};

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

TEST_F(ProtocolTest, OutagesBackOffSpoolAndHandInAfterwards) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  answer(CallKind::results, "connection refused", 0);
  step();
  ASSERT_THAT(out_.to_spool, SizeIs(1));
  EXPECT_EQ(out_.to_spool[0].session, std::string(32, 'a'));
  EXPECT_THAT(out_.calls, IsEmpty());
  EXPECT_GT(protocol_.wakeup(), now_);
  EXPECT_LE(protocol_.wakeup(), now_ + 5 * second);
  now_ = protocol_.wakeup();
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1));
  answer(CallKind::results, "", 503);
  step();
  EXPECT_THAT(out_.to_spool, IsEmpty()) << "only once";
  now_ += 10 * second;
  step();
  answer_results();
  step();
  EXPECT_TRUE(out_.clear_spool);
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1));
}

TEST_F(ProtocolTest, DelaysGrowTo5SecondsAndStayThere) {
  register_ok();
  std::int64_t longest = 0;
  for (int i = 0; i < 20; ++i) {
    answer(CallKind::sync, "refused", 0);
    step();
    const std::int64_t delay = protocol_.wakeup() - now_;
    longest = std::max(longest, delay);
    EXPECT_LE(delay, 5 * second);
    now_ = protocol_.wakeup();
    step();
  }
  EXPECT_GT(longest, 2 * second);
}

TEST_F(ProtocolTest, AnUnknownSessionIsRegisteredAgain) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  answer(CallKind::sync, "{}", 404);
  now_ += second;
  step();
  EXPECT_THAT(kinds(), ElementsAre(CallKind::registration));
  EXPECT_EQ(sent_register().session, std::string(32, 'a'));
  EXPECT_THAT(sent_register().dead_sessions, IsEmpty());
}

TEST_F(ProtocolTest, RefusalsEndTheAgentWithTheReason) {
  const std::pair<int, const char*> cases[] = {{401, "token"},
                                               {403, "token"},
                                               {426, "protocol version"},
                                               {409, "refuses this worker"},
                                               {422, "registration"}};
  for (const auto& [status, says] : cases) {
    Protocol protocol({.name = "w", .queues = {"q"}}, 1);
    protocol.runner_up({.session = std::string(32, 'a')});
    const auto call = protocol.advance(now_).calls.at(0);
    protocol.answered({call.kind, call.serial, status, R"({"detail":"the why"})"}, now_);
    const auto out = protocol.advance(now_);
    ASSERT_TRUE(out.exit) << status;
    EXPECT_EQ(out.exit->code, 3);
    EXPECT_THAT(out.exit->message, HasSubstr(says));
    EXPECT_THAT(out.exit->message, HasSubstr("the why"));
  }
}

TEST_F(ProtocolTest, AnotherDatabaseIsRefusedByTheWorker) {
  Protocol protocol({.name = "w", .queues = {"q"}, .database_id = "mine"}, 1);
  protocol.runner_up({.session = std::string(32, 'a')});
  const auto call = protocol.advance(now_).calls.at(0);
  protocol.answered(
      {call.kind, call.serial, 200, wire::to_json_text(wire::RegisterResponse{.database_id = "x"})},
      now_);
  const auto out = protocol.advance(now_);
  ASSERT_TRUE(out.exit);
  EXPECT_EQ(out.exit->code, 3);
  EXPECT_THAT(out.exit->message, HasSubstr("database mine"));
}

TEST_F(ProtocolTest, WhatADeadSessionFinishedIsHandedInBeforeItIsDeclaredDead) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  protocol_.runner_lost();
  step();
  EXPECT_TRUE(out_.abort_calls);
  answer(CallKind::results, "{}", 200);  // of before: ignored
  protocol_.runner_up({.session = std::string(32, 'b')});
  step();
  EXPECT_EQ(sent_register().session, std::string(32, 'b'));
  EXPECT_THAT(sent_register().dead_sessions, IsEmpty());
  answer(CallKind::registration, wire::to_json_text(wire::RegisterResponse{.database_id = "db"}));
  step();
  EXPECT_EQ(sent_results().session, std::string(32, 'a'));
  EXPECT_THAT(sent_results().results, SizeIs(1));
  answer_results({.leases = {lease(50)}});
  step();
  EXPECT_THAT(out_.runner.run, IsEmpty()) << "leases of a dead session are nobody's";
  EXPECT_THAT(sent_register().dead_sessions, ElementsAre(std::string(32, 'a')));
  answer(CallKind::registration, wire::to_json_text(wire::RegisterResponse{.database_id = "db"}));
  step();
  EXPECT_TRUE(out_.clear_dead_sessions);
  EXPECT_THAT(kinds(), ElementsAre(CallKind::sync));
  EXPECT_THAT(sent_sync().running, IsEmpty());
}

TEST_F(ProtocolTest, ANewAgentTakesOverWhatTheRunnerHolds) {
  protocol_.restore({"dead"}, {{std::string(32, 'a'), success(4)}});
  protocol_.runner_up(
      {.session = std::string(32, 'a'), .acked = 5, .running = {{.attempt = 5, .started_at = 50}}});
  protocol_.attempt_finished(success(4));
  step();
  EXPECT_THAT(sent_register().dead_sessions, ElementsAre("dead"));
  answer(CallKind::registration, wire::to_json_text(wire::RegisterResponse{.database_id = "db"}));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1));
  EXPECT_EQ(sent_results().acked, 5);
  EXPECT_THAT(sent_sync().running, ElementsAre(4, 5));
  EXPECT_THAT(sent_sync().started, ElementsAre(5));
  answer_results();
  answer_sync({.leases = {lease(5)}});
  step();
  EXPECT_TRUE(out_.clear_spool);
  EXPECT_THAT(out_.runner.run, IsEmpty()) << "it runs already";
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

TEST_F(ProtocolTest, AResultThatTheServerNeverTakesIsDroppedAlone) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  protocol_.attempt_finished(success(2));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(2));
  answer(CallKind::results, R"({"detail":"no"})", 422);
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1)) << "one by one";
  answer(CallKind::results, R"({"detail":"no"})", 422);
  step();
  EXPECT_THAT(out_.notes, SizeIs(1));
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1));
  EXPECT_EQ(sent_results().results.at(0).attempt, 2);
  answer_results();
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(2));
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

TEST_F(ProtocolTest, MalformedAnswersAreNotBelieved) {
  register_ok();
  answer(CallKind::sync, "<html>", 200);
  step();
  EXPECT_THAT(out_.notes, SizeIs(1));
  EXPECT_THAT(out_.calls, IsEmpty());
  protocol_.attempt_finished(success(1));
  now_ += second;
  step();
  answer(CallKind::results, R"({"verdicts":[]})", 200);
  step();
  EXPECT_THAT(out_.runner.confirm, IsEmpty()) << "no verdict, no confirmation";
}

}  // namespace
}  // namespace weft::worker
