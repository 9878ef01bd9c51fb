// The agent's daily work, and the deaths of agents and runners.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/worker/agent_fixture.h"
#include "worker/runner/client.h"

namespace weft::worker {
namespace {

using testing::HasSubstr;

TEST_F(AgentTest, RunsWhatItIsLeased) {
  start_agent();
  const auto good = lease("echo hello; echo 'n:=1' >> $WEFT_OUTPUT");
  const auto bad = lease("exit 3");
  ASSERT_TRUE(wait_result(good));
  ASSERT_TRUE(wait_result(bad));
  EXPECT_EQ(server_.record().results[good].outcome, AttemptState::success);
  EXPECT_THAT(server_.record().results[good].log, HasSubstr(" stdout F hello\n"));
  EXPECT_EQ(server_.record().results[good].outputs, nlohmann::json({{"n", 1}}));
  EXPECT_EQ(server_.record().results[bad].exit_code, 3);
  EXPECT_EQ(server_.record().registrations.size(), 1u);
}

TEST_F(AgentTest, ManyTasksTakeFewerCallsThanTasks) {
  for (int i = 0; i < 200; ++i) lease("exit 0");
  start_agent();
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.results.size() == 200; }));
  EXPECT_LE(server_.record().results_calls, 200);
}

TEST_F(AgentTest, ALongTasksStartIsTold) {
  start_agent();
  const auto attempt = lease("sleep 1000");
  ASSERT_TRUE(wait_started(attempt));
  server_.cancel(attempt);
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].outcome, AttemptState::cancelled);
}

TEST_F(AgentTest, LargeLogsAreStreamed) {
  start_agent();
  const auto attempt = lease("yes 01234567890123456789 | head -n 200000; echo end");
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_TRUE(server_.record().results[attempt].log.empty());
  EXPECT_EQ(server_.record().results[attempt].log_bytes,
            static_cast<std::int64_t>(server_.record().logs[attempt].size()));
  EXPECT_TRUE(server_.record().logs[attempt].ends_with(" stdout F end\n"));
}

TEST_F(AgentTest, TheLogOfARunningTaskIsStreamedAndItsFileRemoved) {
  start_agent();
  const auto attempt = lease("echo early; sleep 1000");
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.logs.contains(attempt); }));
  EXPECT_THAT(server_.record().logs[attempt], HasSubstr("early"));
  server_.cancel(attempt);
  ASSERT_TRUE(wait_result(attempt));
  kill(agent_, SIGTERM);
  EXPECT_EQ(wait_agent(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() + "/logs"));
}

TEST_F(AgentTest, AKilledAgentLosesNothing) {
  start_agent();
  const auto slow = lease(note("slow") + "; sleep 0.5; exit 4");
  ASSERT_TRUE(wait_started(slow));
  const pid_t runner = runner_pid();
  kill_agent();
  start_agent();
  ASSERT_TRUE(wait_result(slow));
  EXPECT_EQ(server_.record().results[slow].exit_code, 4);
  EXPECT_EQ(runner_pid(), runner);
  EXPECT_EQ(ledger(), "slow\n");
  EXPECT_EQ(server_.record().registrations.size(), 2u);
  EXPECT_EQ(server_.record().registrations[0].session, server_.record().registrations[1].session);
}

TEST_F(AgentTest, ADeadRunnerIsReportedAndNothingSurvives) {
  start_agent();
  const auto attempt = lease("setsid sh -c \"trap '' TERM; echo \\$\\$ > " + dir_.path() +
                             "/child; while :; do sleep 1000; done\" & sleep 1000");
  ASSERT_TRUE(wait_started(attempt));
  ASSERT_TRUE(server_.wait([&](auto& record) {
    return !read_file(dir_.path() + "/child").empty() || record.logs.contains(attempt);
  }));
  const pid_t child = std::stoi(read_file(dir_.path() + "/child"));
  const std::string session = read_session(dir_.path());
  kill(runner_pid(), SIGKILL);
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.registrations.size() == 2; }));
  EXPECT_FALSE(is_alive(child));
  EXPECT_EQ(server_.record().registrations[1].dead_sessions, std::vector<std::string>{session});
  EXPECT_NE(server_.record().registrations[1].session, session);
  const auto next = lease("exit 0");
  ASSERT_TRUE(wait_result(next)) << "the new runner works";
}

TEST_F(AgentTest, AStoppedRunnerIsReplaced) {
  start_agent();
  const auto attempt = lease("sleep 1000");
  ASSERT_TRUE(wait_started(attempt));
  const pid_t runner = runner_pid();
  kill(runner, SIGSTOP);
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.registrations.size() == 2; }));
  EXPECT_FALSE(is_alive(runner));
}

TEST_F(AgentTest, AConnectionThatEndsIsNotARunnerThatIsDead) {
  start_agent();
  const auto attempt = lease(note("ran") + "; sleep 1; exit 5");
  ASSERT_TRUE(wait_started(attempt));
  const pid_t runner = runner_pid();
  auto intruder = RunnerClient::connect(dir_.path());
  ASSERT_TRUE(intruder);
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 5);
  EXPECT_EQ(runner_pid(), runner);
  EXPECT_EQ(ledger(), "ran\n");
}

TEST_F(AgentTest, BothDeadMeansTheNextAgentCleansUp) {
  start_agent();
  const auto attempt =
      lease("(setsid sh -c 'echo $$ > " + dir_.path() + "/child; exec sleep 1000' &) ; sleep 1000");
  ASSERT_TRUE(wait_started(attempt));
  ASSERT_TRUE(wait_until([&] { return read_file(dir_.path() + "/child").ends_with('\n'); }));
  const pid_t child = std::stoi(read_file(dir_.path() + "/child"));
  const std::string session = read_session(dir_.path());
  kill(agent_, SIGSTOP);
  kill(runner_pid(), SIGKILL);
  kill_agent();
  EXPECT_TRUE(is_alive(child));
  start_agent();
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.registrations.size() == 2; }));
  EXPECT_FALSE(is_alive(child));
  EXPECT_EQ(server_.record().registrations[1].dead_sessions, std::vector<std::string>{session});
}

TEST_F(AgentTest, SigtermDrainsAndEndsTheRunnerToo) {
  start_agent();
  const auto attempt = lease("sleep 0.5; exit 0");
  ASSERT_TRUE(wait_started(attempt));
  const pid_t runner = runner_pid();
  kill(agent_, SIGTERM);
  EXPECT_EQ(wait_agent(), 0);
  EXPECT_EQ(server_.record().results[attempt].outcome, AttemptState::success);
  EXPECT_TRUE(wait_gone(runner));
  EXPECT_TRUE(server_.record().syncs.back().draining);
}

TEST_F(AgentTest, ASecondSigtermCancelsAndHandsIn) {
  start_agent();
  const auto attempt = lease("sleep 1000");
  ASSERT_TRUE(wait_started(attempt));
  kill(agent_, SIGTERM);
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.syncs.back().draining; }));
  kill(agent_, SIGTERM);
  EXPECT_EQ(wait_agent(), 0);
  EXPECT_EQ(server_.record().results[attempt].outcome, AttemptState::cancelled);
}

TEST_F(AgentTest, OneAgentPerStateFolderAndAtLeastOneSlot) {
  start_agent();
  ASSERT_TRUE(server_.wait([&](auto& record) { return !record.syncs.empty(); }));
  const pid_t first = agent_;
  start_agent();
  EXPECT_EQ(wait_agent(), 1);
  start_agent("weft_secret", 0);
  EXPECT_EQ(wait_agent(), 2);
  agent_ = first;
}

}  // namespace
}  // namespace weft::worker
