// The small parts of the agent: which log bytes go next, and the spool.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/agent/agent.h"
#include "worker/agent/log_uploader.h"
#include "worker/agent/runner_silence.h"
#include "worker/agent/spool.h"

namespace weft::worker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LogUploader, SendsWhatIsNewFromWhereTheServerIs) {
  LogUploader logs;
  EXPECT_FALSE(logs.next_call(0));
  logs.grown(7, 100);
  auto call = logs.next_call(0);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->offset, 0);
  EXPECT_EQ(call->length, 100);
  EXPECT_FALSE(logs.next_call(0)) << "one call per log";
  logs.grown(7, 150);
  logs.answered(7, 100);
  call = logs.next_call(0);
  EXPECT_EQ(call->offset, 100);
  EXPECT_EQ(call->length, 50);
  logs.answered(7, 150);
  EXPECT_FALSE(logs.next_call(0));
}

TEST(LogUploader, AResultIsReleasedWhenItsLogIsThrough) {
  LogUploader logs;
  logs.grown(7, 100);
  logs.next_call(0);
  logs.finished(7, 120, 0);
  EXPECT_THAT(logs.take_released(0), IsEmpty());
  logs.answered(7, 100);
  EXPECT_EQ(logs.next_call(0)->length, 20);
  logs.answered(7, 120);
  EXPECT_THAT(logs.take_released(0), ElementsAre(7));
  EXPECT_THAT(logs.take_done(), ElementsAre(7));
  EXPECT_TRUE(logs.is_idle());
}

TEST(LogUploader, AFileThatCameToNothingIsForgotten) {
  LogUploader logs;
  logs.grown(7, 0);
  logs.dropped(7);
  EXPECT_TRUE(logs.is_idle()) << "else the agent waits for it at its end";
  logs.grown(8, 100);
  logs.grown(9, 100);
  ASSERT_TRUE(logs.next_call(0));
  logs.dropped(8);
  logs.answered(8, 100);
  ASSERT_TRUE(logs.next_call(0));
  logs.answered(9, 100);
  EXPECT_FALSE(logs.next_call(0));
  logs.dropped(10);
}

TEST(LogUploader, AResultDoesNotWaitForEver) {
  LogUploader logs;
  logs.finished(7, 120, 0);
  EXPECT_LE(logs.wakeup(), LogUploader::patience);
  EXPECT_THAT(logs.take_released(LogUploader::patience), ElementsAre(7));
  EXPECT_THAT(logs.take_released(LogUploader::patience), IsEmpty());
  EXPECT_THAT(logs.take_done(), IsEmpty()) << "the log itself goes on";
  EXPECT_TRUE(logs.next_call(LogUploader::patience));
}

TEST(LogUploader, FailuresAreRepeatedLaterRefusalsNever) {
  LogUploader logs;
  logs.finished(7, 120, 0);
  logs.next_call(0);
  logs.failed(7, false, 0);
  EXPECT_FALSE(logs.next_call(0));
  EXPECT_GT(logs.wakeup(), 0);
  ASSERT_TRUE(logs.next_call(logs.wakeup()));
  logs.failed(7, true, 0);
  EXPECT_THAT(logs.take_released(0), ElementsAre(7));
  EXPECT_TRUE(logs.is_idle());
}

TEST(LogUploader, AllHaveTheirTurnAndChunksAreBounded) {
  LogUploader logs;
  for (const std::int64_t attempt : {1, 2, 3}) logs.grown(attempt, 100 << 20);
  EXPECT_EQ(logs.next_call(0)->attempt, 1);
  const auto second = logs.next_call(0);
  EXPECT_EQ(second->attempt, 2);
  EXPECT_EQ(second->length, wire::max_log_chunk_bytes);
  EXPECT_FALSE(logs.next_call(0));
  logs.answered(1, 1 << 20);
  EXPECT_EQ(logs.next_call(0)->attempt, 3);
}

constexpr std::int64_t second = 1'000'000;

/// Checks a runner that never answers as its link does; the time at which it is given up.
std::int64_t given_up_at(std::int64_t lease_end, bool is_stopped) {
  RunnerSilence silence;
  silence.start(0);
  for (std::int64_t now = 0; now < 100 * second; now = silence.wakeup())
    if (silence.check(now, lease_end, [&] { return is_stopped; }) == RunnerSilence::Verdict::gone)
      return now;
  return -1;
}

TEST(RunnerSilence, OneThatIsStoppedIsGivenUpSoon) {
  EXPECT_EQ(given_up_at(60 * second, true), 3 * second);
}

TEST(RunnerSilence, OneThatLivesGetsLonger) {
  EXPECT_EQ(given_up_at(60 * second, false), 21 * second);
}

TEST(RunnerSilence, ButNotBeyondTheLease) {
  EXPECT_EQ(given_up_at(8 * second + 1, false), 8 * second + 1);
  EXPECT_EQ(given_up_at(second, false), 3 * second);
  EXPECT_EQ(given_up_at(0, false), 3 * second) << "not known";
}

TEST(RunnerSilence, AnAnswerEndsIt) {
  RunnerSilence silence;
  const auto lives = [] { return false; };
  silence.start(0);
  EXPECT_EQ(silence.check(second / 2, 60 * second, lives), RunnerSilence::Verdict::fine);
  EXPECT_EQ(silence.check(second, 60 * second, lives), RunnerSilence::Verdict::ping);
  EXPECT_EQ(silence.check(2 * second, 60 * second, lives), RunnerSilence::Verdict::fine);
  silence.heard(15 * second);
  EXPECT_EQ(silence.wakeup(), 16 * second);
  EXPECT_EQ(silence.check(16 * second, 60 * second, lives), RunnerSilence::Verdict::ping);
}

TEST(RunnerSilence, OurOwnAbsenceIsNotTheRunners) {
  RunnerSilence silence;
  const auto stopped = [] { return true; };
  silence.start(0);
  EXPECT_EQ(silence.check(second, 60 * second, stopped), RunnerSilence::Verdict::ping);
  EXPECT_EQ(silence.check(9 * second, 60 * second, stopped), RunnerSilence::Verdict::fine);
  EXPECT_EQ(silence.check(10 * second, 60 * second, stopped), RunnerSilence::Verdict::fine);
  EXPECT_EQ(silence.check(11 * second, 60 * second, stopped), RunnerSilence::Verdict::gone);
}

TEST(Spool, KeepsResultsInOrderAndSurvivesACutLine) {
  TempDir dir;
  Spool spool(dir.path() + "/results");
  EXPECT_TRUE(spool.load().empty());
  wire::AttemptResult result;
  result.attempt = 5;
  result.outcome = AttemptState::success;
  result.log = "line\n";
  ASSERT_TRUE(spool.append({{"s1", result}}));
  std::ofstream(dir.path() + "/results", std::ios::app) << R"({"session":"s1","resu)";
  result.attempt = 6;
  ASSERT_TRUE(spool.append({{"s2", result}}));
  const auto entries = spool.load();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].session, "s1");
  EXPECT_EQ(entries[0].result.log, "line\n");
  EXPECT_EQ(entries[1].result.attempt, 6);
  spool.clear();
  EXPECT_TRUE(spool.load().empty());
}

TEST(RunAgent, WrongOptionsAreRefusedBeforeAnythingIsTouched) {
  const TempDir dir;
  const AgentOptions good{
      .server_url = "http://127.0.0.1:1", .token = "t", .state_dir = dir.path() + "/state"};
  const auto code_with = [&](auto change) {
    AgentOptions options = good;
    change(options);
    return run_agent(options);
  };
  EXPECT_EQ(code_with([](auto& o) { o.slots = 0; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.slots = 10'001; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.server_url = "127.0.0.1:8080"; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.ca_cert = o.state_dir + "/ca.pem"; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.token = ""; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.token = "a\r\nX: y"; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.name = "a/b"; }), 2);
  EXPECT_EQ(code_with([](auto& o) { o.queues.clear(); }), 2);
  EXPECT_FALSE(std::filesystem::exists(good.state_dir));
}

}  // namespace
}  // namespace weft::worker
