// The agent when the server, a disk or a runner fails it: what a task did is handed in all the
// same.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/worker/agent_fixture.h"

namespace weft::worker {
namespace {

using testing::HasSubstr;

TEST_F(AgentTest, ALogThatAProxyRefusesIsSentAgain) {
  server_.set_log_status(404);
  start_agent();
  const auto attempt = lease("yes 01234567890123456789 | head -n 200000; echo end");
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.log_calls >= 2; }));
  server_.set_log_status(0);
  ASSERT_TRUE(server_.wait(
      [&](auto& record) { return record.logs[attempt].ends_with(" stdout F end\n"); }));
}

TEST_F(AgentTest, AnOutageIsSurvivedAndResultsAreHandedIn) {
  start_agent();
  const auto attempt = lease(note("ran") + "; sleep 0.5");
  ASSERT_TRUE(wait_started(attempt));
  server_.set_down(true);
  int seen = 0;
  server_.wait([&](auto& record) { return (seen = record.calls) > 0; });
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.calls > seen + 3; }))
      << "it tries again";
  server_.set_down(false);
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].outcome, AttemptState::success);
  EXPECT_EQ(ledger(), "ran\n");
  EXPECT_EQ(server_.record().registrations.size(), 1u);
}

TEST_F(AgentTest, ResultsOnDiskSurviveAgentAndRunner) {
  start_agent();
  const auto attempt = lease(until_go + "exit 6");
  ASSERT_TRUE(wait_started(attempt));
  const std::string session = read_session(dir_.path());
  server_.set_down(true);
  go();
  ASSERT_TRUE(wait_until([&] { return spool().ends_with('\n'); }));
  kill(agent_, SIGSTOP);
  kill(runner_pid(), SIGKILL);
  kill_agent();
  server_.set_down(false);
  start_agent();
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 6);
  EXPECT_EQ(server_.record().result_sessions[attempt], session);
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.registrations.size() == 3; }));
  EXPECT_EQ(server_.record().registrations[2].dead_sessions, std::vector<std::string>{session});
}

TEST_F(AgentTest, ARefusedAgentLeavesARunnerThatHoldsResults) {
  start_agent();
  const auto attempt = lease(until_go + "exit 6");
  ASSERT_TRUE(wait_started(attempt));
  const pid_t runner = runner_pid();
  server_.set_down(true);
  go();
  ASSERT_TRUE(wait_until([&] { return spool().ends_with('\n'); }));
  server_.set_status(403);
  server_.set_down(false);
  EXPECT_EQ(wait_agent(), 3);
  server_.set_status(0);
  start_agent();
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 6);
  EXPECT_EQ(runner_pid(), runner);
}

TEST_F(AgentTest, WhatADeadRunnerFinishedIsOnDiskEvenIfNoOtherStarts) {
  server_.hold_results(true);
  start_agent();
  const auto attempt = lease("exit 7");
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.held_results.contains(attempt); }));
  const std::string session = read_session(dir_.path());
  std::filesystem::create_directory(dir_.path() + "/session.new");  // in the next runner's way
  kill(runner_pid(), SIGKILL);
  EXPECT_EQ(wait_agent(), 1);
  EXPECT_THAT(spool(), HasSubstr(session));
  std::filesystem::remove(dir_.path() + "/session.new");
  server_.hold_results(false);
  start_agent();
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 7);
  EXPECT_EQ(server_.record().result_sessions[attempt], session);
}

TEST_F(AgentTest, ASpoolThatFailsIsTriedAgain) {
  std::filesystem::create_directories(dir_.path() + "/spool/results");  // no file can be made
  start_agent();
  const auto attempt = lease(until_go + "exit 6");
  ASSERT_TRUE(wait_started(attempt));
  server_.set_down(true);
  go();
  const int seen = server_.record().calls;
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.calls > seen + 3; }));
  std::filesystem::remove(dir_.path() + "/spool/results");
  EXPECT_TRUE(wait_until([&] { return spool().ends_with('\n'); }));
  server_.set_down(false);
  ASSERT_TRUE(wait_result(attempt));
}

TEST_F(AgentTest, ADrainWithNeitherServerNorDiskLeavesTheRunner) {
  std::filesystem::create_directories(dir_.path() + "/spool/results");  // no file can be made
  start_agent();
  const auto attempt = lease(until_go + "exit 6");
  ASSERT_TRUE(wait_started(attempt));
  const pid_t runner = runner_pid();
  server_.set_down(true);
  go();
  kill(agent_, SIGTERM);
  EXPECT_EQ(wait_agent(), 1) << "after the ten seconds that it gives the server";
  EXPECT_TRUE(is_alive(runner));
  server_.set_down(false);
  start_agent();
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 6);
}

TEST_F(AgentTest, TheRunnerKillsWhenTheLeaseEndsWithoutTheAgent) {
  server_.set_lease_ms(3'000);
  const std::string file = dir_.path() + "/pid";
  const auto attempt = lease("echo $$ > " + file + "; exec sleep 1000");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return read_file(file).ends_with('\n'); }));
  server_.set_down(true);
  kill(agent_, SIGSTOP);
  EXPECT_TRUE(wait_gone(std::stoi(read_file(file))));
  kill(agent_, SIGCONT);
  server_.set_down(false);
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].outcome, AttemptState::lost);
}

TEST_F(AgentTest, ASessionThatTheServerForgotIsRegisteredAgain) {
  start_agent();
  ASSERT_TRUE(server_.wait([&](auto& record) { return !record.syncs.empty(); }));
  server_.forget_sessions();
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.registrations.size() == 2; }));
  EXPECT_EQ(server_.record().registrations[0].session, server_.record().registrations[1].session);
  const auto attempt = lease("exit 0");
  EXPECT_TRUE(wait_result(attempt));
}

TEST_F(AgentTest, RefusalsEndWith3) {
  start_agent("wrong_token");
  EXPECT_EQ(wait_agent(), 3);
  server_.set_status(426);
  start_agent();
  EXPECT_EQ(wait_agent(), 3);
}

TEST_F(AgentTest, AStateFolderBelongsToOneDatabase) {
  start_agent();
  ASSERT_TRUE(server_.wait([&](auto& record) { return !record.syncs.empty(); }));
  kill(agent_, SIGTERM);
  EXPECT_EQ(wait_agent(), 0);
  server_.set_database("db-2");
  start_agent();
  EXPECT_EQ(wait_agent(), 3);
}

}  // namespace
}  // namespace weft::worker
