// The protocol when something fails: outages, refusals, dead runners, nonsense.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/worker/protocol_fixture.h"

namespace weft::worker::protocol_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

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
  answer(CallKind::sync, problem(404, "not_found"), 404);
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

TEST_F(ProtocolTest, ARefusalKeepsWhatWaitsAndWhatIsInFlight) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  now_ += second;
  step();
  protocol_.attempt_finished(success(1));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1));
  protocol_.attempt_finished(success(2));
  answer(CallKind::sync, "", 401);
  step();
  ASSERT_TRUE(out_.exit);
  EXPECT_EQ(out_.exit->code, 3);
  EXPECT_THAT(out_.to_spool, SizeIs(2));
  EXPECT_FALSE(out_.runner.exit);
  EXPECT_FALSE(protocol_.holds_nothing());
}

TEST_F(ProtocolTest, WhatADeadRunnerFinishedGoesToDiskAtOnce) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  protocol_.attempt_finished(success(2));
  protocol_.runner_lost();
  step();
  ASSERT_THAT(out_.to_spool, SizeIs(2)) << "before another runner is there";
  EXPECT_EQ(out_.to_spool[0].session, std::string(32, 'a'));
}

TEST_F(ProtocolTest, WhatTheDiskRefusedIsAskedForAgain) {
  register_ok();
  protocol_.attempt_finished(success(1));
  protocol_.runner_lost();
  step();
  ASSERT_THAT(out_.to_spool, SizeIs(1));
  protocol_.not_spooled(out_.to_spool);
  protocol_.runner_up({.session = std::string(32, 'b')});
  step();
  answer(CallKind::registration, "refused", 0);
  step();
  ASSERT_THAT(out_.to_spool, SizeIs(1)) << "of the dead session, too";
  EXPECT_EQ(out_.to_spool[0].session, std::string(32, 'a'));
  protocol_.not_spooled(out_.to_spool);
  protocol_.drain(now_, 60 * second);
  now_ += 10 * second;
  step();
  ASSERT_TRUE(out_.exit) << "the server is given up";
  EXPECT_THAT(out_.to_spool, SizeIs(1));
}

TEST_F(ProtocolTest, ADeadSessionsResultsStayItsOwnWhenTheNextRunnerDies) {
  protocol_.restore({"dead"}, {{"dead", success(1)}});
  register_ok();
  ASSERT_THAT(sent_results().results, SizeIs(1));
  protocol_.runner_lost();
  protocol_.runner_up({.session = std::string(32, 'b')});
  step();
  answer(CallKind::registration, wire::to_json_text(wire::RegisterResponse{.database_id = "db"}));
  step();
  EXPECT_EQ(sent_results().session, "dead");
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

TEST_F(ProtocolTest, AResultThatTheServerNeverTakesIsDroppedAlone) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  protocol_.attempt_finished(success(2));
  step();
  EXPECT_THAT(sent_results().results, SizeIs(2));
  answer(CallKind::results, problem(422, "unprocessable"), 422);
  step();
  EXPECT_THAT(sent_results().results, SizeIs(1)) << "one by one";
  answer(CallKind::results, problem(422, "unprocessable"), 422);
  step();
  EXPECT_THAT(out_.notes, SizeIs(1));
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1));
  EXPECT_THAT(out_.calls, IsEmpty()) << "not all at once";
  now_ += second;
  step();
  EXPECT_EQ(sent_results().results.at(0).attempt, 2);
  answer_results();
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(2));
}

TEST_F(ProtocolTest, WhatOthersRefuseIsKeptAndTriedAgain) {
  const std::pair<int, std::string> answers[] = {{400, "<html>400 Bad Request</html>"},
                                                 {404, "<html>404 Not Found</html>"},
                                                 {404, R"({"detail":"no backend"})"},
                                                 {405, ""},
                                                 {409, "{}"},
                                                 {411, ""},
                                                 {421, problem(421, "invalid_argument")},
                                                 {422, R"({"code":"unprocessable"})"},
                                                 {431, problem(431, "too_large")},
                                                 {400, problem(422, "unprocessable")}};
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  for (const auto& [status, body] : answers) {
    answer(CallKind::results, body, status);
    step();
    EXPECT_THAT(out_.runner.confirm, IsEmpty()) << status << body;
    EXPECT_THAT(out_.calls, IsEmpty()) << "after a delay";
    now_ += 10 * second;
    step();
    ASSERT_THAT(sent_results().results, SizeIs(1)) << status << body;
  }
  answer_results();
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1));
  EXPECT_TRUE(out_.clear_spool);
}

TEST_F(ProtocolTest, TooLargeOnTheWayIsSplitButNeverDropped) {
  register_ok();
  answer_sync({.leases = {lease(1), lease(2, 1)}});
  step();
  protocol_.attempt_finished(success(1));
  protocol_.attempt_finished(success(2));
  step();
  answer(CallKind::results, "<html>413</html>", 413);
  step();
  ASSERT_THAT(sent_results().results, SizeIs(1));
  answer(CallKind::results, "<html>413</html>", 413);
  step();
  EXPECT_THAT(out_.runner.confirm, IsEmpty());
  EXPECT_THAT(out_.to_spool, SizeIs(2));
  EXPECT_EQ(sent_results().results.at(0).attempt, 2) << "it holds up nobody";
  answer_results();
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(2));
  EXPECT_FALSE(out_.clear_spool);
  now_ += 60 * second;
  step();
  EXPECT_EQ(sent_results().results.at(0).attempt, 1);
  answer(CallKind::results, problem(413, "too_large"), 413);
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1)) << "the server's own word";
}

TEST_F(ProtocolTest, ADrainEndsThoughAResultIsTooLargeOnTheWay) {
  register_ok();
  answer_sync({.leases = {lease(1)}});
  step();
  protocol_.attempt_finished(success(1));
  step();
  protocol_.drain(now_, 600 * second);
  answer(CallKind::results, "<html>413</html>", 413);
  step();
  EXPECT_THAT(out_.to_spool, SizeIs(1));
  for (int i = 0; i < 4 && !out_.exit; ++i) {
    answer_sync({});
    now_ += 3 * second;
    step();
  }
  ASSERT_TRUE(out_.exit) << "syncs that are answered do not hold it up";
  EXPECT_EQ(out_.exit->code, 0);
  EXPECT_THAT(out_.exit->message, HasSubstr("wait in the state folder"));
}

TEST_F(ProtocolTest, OnlyTheServersWordEndsWhatADeadSessionFinished) {
  protocol_.restore({"dead"}, {{"dead", success(1)}, {"dead", success(2)}, {"dead", success(3)}});
  register_ok();
  ASSERT_THAT(sent_results().results, SizeIs(3));
  for (const int status : {404, 409, 422, 200}) {
    answer(CallKind::results, "<html>starting</html>", status);
    step();
    EXPECT_THAT(out_.runner.confirm, IsEmpty()) << status;
    now_ += 10 * second;
    step();
    ASSERT_THAT(sent_results().results, SizeIs(3)) << status;
  }
  answer(CallKind::results, problem(422, "unprocessable"), 422);
  step();
  answer(CallKind::results, problem(422, "unprocessable"), 422);
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(1)) << "the one that is malformed, and no other";
  now_ += 10 * second;
  step();
  answer(CallKind::results, problem(404, "not_found"), 404);
  step();
  answer(CallKind::results, problem(404, "not_found"), 404);
  step();
  EXPECT_THAT(out_.runner.confirm, ElementsAre(3));
  EXPECT_THAT(sent_register().dead_sessions, ElementsAre("dead"));
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
}  // namespace weft::worker::protocol_test
