// A real agent and a real runner against a server that does what the test says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/worker/fake_server.h"
#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/client.h"
#include "worker/runner/leftovers.h"
#include "worker/runner/state_dir.h"

namespace weft::worker {
namespace {

using testing::HasSubstr;

class AgentTest : public testing::Test {
 protected:
  void TearDown() override {
    if (agent_ > 0) {
      kill(agent_, SIGKILL);
      waitpid(agent_, nullptr, 0);
    }
    EXPECT_TRUE(kill_leftovers({.session = read_session(dir_.path()), .pid = runner_pid()}));
  }

  void start_agent(const std::string& token = "weft_secret", int slots = 4) {
    const std::string slot_text = std::to_string(slots);
    const std::string url = server_.url();
    const char* const argv[] = {"test",        "agent",           url.c_str(),
                                token.c_str(), slot_text.c_str(), dir_.path().c_str(),
                                nullptr};
    ASSERT_EQ(posix_spawn(&agent_, "/proc/self/exe", nullptr, nullptr,
                          const_cast<char* const*>(argv), environ),
              0);
  }
  int wait_agent() {
    int status = 0;
    waitpid(agent_, &status, 0);
    agent_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void kill_agent() {
    kill(agent_, SIGKILL);
    wait_agent();
  }
  pid_t runner_pid() { return std::atoi(read_file(dir_.path() + "/runner.lock").c_str()); }
  wire::Lease shell(const std::string& text) {
    wire::Lease lease;
    lease.attempt = ++last_attempt_;
    lease.dag_id = "dag";
    lease.run_id = "manual__1";
    lease.task_id = "task";
    lease.argv = {"/bin/sh", "-c", text};
    return lease;
  }
  std::int64_t lease(const std::string& text) {
    server_.lease(shell(text));
    return last_attempt_;
  }
  bool wait_result(std::int64_t attempt) {
    return server_.wait([&](auto& record) { return record.results.contains(attempt); });
  }
  bool wait_started(std::int64_t attempt) {
    return server_.wait([&](auto& record) { return record.started.contains(attempt); });
  }
  /// The ledger's text: tasks append to it.
  std::string ledger() { return read_file(dir_.path() + "/ledger"); }
  std::string note(const std::string& text) {
    return "echo " + text + " >> " + dir_.path() + "/ledger";
  }

  std::string spool() { return read_file(dir_.path() + "/spool/results"); }
  /// Lets tasks with `until_go` go on.
  void go() { std::ofstream(dir_.path() + "/go") << "go"; }

  TempDir dir_;
  const std::string until_go = "until [ -s " + dir_.path() + "/go ]; do sleep 0.05; done; ";
  FakeServer server_;
  pid_t agent_ = 0;
  std::int64_t last_attempt_ = 0;
};

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

TEST_F(AgentTest, ALogThatAProxyRefusesIsSentAgain) {
  server_.set_log_status(404);
  start_agent();
  const auto attempt = lease("yes 01234567890123456789 | head -n 200000; echo end");
  ASSERT_TRUE(server_.wait([&](auto& record) { return record.log_calls >= 2; }));
  server_.set_log_status(0);
  ASSERT_TRUE(server_.wait(
      [&](auto& record) { return record.logs[attempt].ends_with(" stdout F end\n"); }));
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
