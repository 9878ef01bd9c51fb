// A real runner: timeouts, cancels and ends of leases leave no process behind, whatever it did.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/clock.h"
#include "worker/runner/leftovers.h"

namespace weft::worker {
namespace {

using testing::HasSubstr;

class RunnerKillTest : public RunnerTest {
 protected:
  /// Starts a task that prints the pids of its descendants, one a line, and then waits.
  wire::Lease start_tree(const std::string& text, std::size_t descendants) {
    wire::Lease lease = shell(text);
    lease.kill_grace_ms = 300;
    run(lease);
    take_until([&] { return pids(lease.attempt).size() >= descendants; });
    return lease;
  }
  std::vector<pid_t> pids(std::int64_t attempt) {
    std::vector<pid_t> pids;
    const std::string log = read_file(log_path(dir_.path(), attempt));
    for (const auto& text : texts_of(log.substr(0, log.rfind('\n') + 1)))
      pids.push_back(std::stoi(text));
    return pids;
  }
  /// Lets tasks with `until_go` go on.
  void go() { std::ofstream(dir_.path() + "/go") << "go"; }
  void expect_all_gone(std::int64_t attempt) {
    for (const pid_t pid : pids(attempt)) EXPECT_FALSE(is_alive(pid)) << pid;
    EXPECT_FALSE(is_alive(start_of(attempt).pid));
  }

  const std::string until_go = "until [ -s " + dir_.path() + "/go ]; do sleep 0.05; done";
};

// Each ignores SIGTERM, so that only the kill ladder's last step ends it.
constexpr const char* plain_fork = "trap '' TERM; (trap '' TERM; sleep 1000) & echo $!; wait; wait";
constexpr const char* own_session =
    "trap '' TERM; setsid sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 1000; done\" & "
    "while :; do sleep 1000; done";
constexpr const char* double_fork =
    "trap '' TERM; (setsid sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 1000; done\" &); "
    "while :; do sleep 1000; done";
constexpr const char* no_environment =
    "trap '' TERM; (env -i setsid sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 1000; done\""
    " &); while :; do sleep 1000; done";

TEST_F(RunnerKillTest, CancelKillsTheWholeTree) {
  for (const char* text : {plain_fork, own_session, double_fork, no_environment}) {
    const wire::Lease lease = start_tree(text, 1);
    ASSERT_TRUE(runner_->send({.cancel = {lease.attempt}}));
    const auto result = result_of(lease.attempt);
    EXPECT_EQ(result.outcome, AttemptState::cancelled) << text;
    EXPECT_THAT(result.error, HasSubstr("did not end within its kill_grace of 300ms"));
    expect_all_gone(lease.attempt);
  }
}

TEST_F(RunnerKillTest, APoliteTaskEndsInItsGrace) {
  wire::Lease lease =
      shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
  lease.kill_grace_ms = 60'000;
  run(lease);
  wait_for_log(lease.attempt, "ready");
  ASSERT_TRUE(runner_->send({.cancel = {lease.attempt}}));
  const auto result = result_of(lease.attempt);
  EXPECT_EQ(result.outcome, AttemptState::cancelled);
  EXPECT_EQ(result.error, "cancelled");
  EXPECT_THAT(log_of(result), HasSubstr(" stdout F bye\n"));
}

TEST_F(RunnerKillTest, ChildrenKeepTheirGraceWhenTheShellIsGone) {
  wire::Lease lease = shell(
      "(trap 'sleep 0.3; echo cleaned; exit' TERM; echo ready; while :; do sleep 0.01; done) & "
      "wait");
  lease.kill_grace_ms = 60'000;
  run(lease);
  wait_for_log(lease.attempt, "ready");
  ASSERT_TRUE(runner_->send({.cancel = {lease.attempt}}));
  const auto result = result_of(lease.attempt);
  EXPECT_EQ(result.outcome, AttemptState::cancelled);
  EXPECT_THAT(log_of(result), HasSubstr("cleaned"));
}

TEST_F(RunnerKillTest, ATimeoutEndsWithItsOwnOutcome) {
  wire::Lease lease = shell("sleep 1000");
  lease.timeout_ms = 200;
  run(lease);
  const auto result = result_of(lease.attempt);
  EXPECT_EQ(result.outcome, AttemptState::timed_out);
  EXPECT_EQ(result.error, "the execution_timeout of 200ms passed");
  EXPECT_GE(result.ended_at - result.started_at, 200'000);
}

TEST_F(RunnerKillTest, AStoppedTaskIsEndedToo) {
  wire::Lease lease = shell("kill -STOP $$; sleep 1000");
  lease.timeout_ms = 200;
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::timed_out);
}

TEST_F(RunnerKillTest, TheEndOfTheLeaseKillsAtOnce) {
  const wire::Lease lease = start_tree(own_session, 1);
  ASSERT_TRUE(runner_->send({.lease_end_us = boottime_us() + 100'000}));
  const auto result = result_of(lease.attempt);
  EXPECT_EQ(result.outcome, AttemptState::lost);
  EXPECT_THAT(result.error, HasSubstr("before the lease ended"));
  expect_all_gone(lease.attempt);
  const wire::Lease late = shell("true");
  run(late);
  EXPECT_EQ(result_of(late.attempt).outcome, AttemptState::lost) << "until the lease is renewed";
  ASSERT_TRUE(runner_->send({.lease_end_us = boottime_us() + 60'000'000}));
  EXPECT_EQ(run_shell("true").outcome, AttemptState::success);
}

TEST_F(RunnerKillTest, ARenewedLeaseKillsNothing) {
  const wire::Lease lease = shell(until_go);
  const std::int64_t first_end = boottime_us() + 2'000'000;
  ASSERT_TRUE(runner_->send({.run = {lease}, .lease_end_us = first_end}));
  ASSERT_TRUE(runner_->send({.lease_end_us = boottime_us() + 60'000'000}));
  ASSERT_TRUE(wait_until([&] { return boottime_us() > first_end + 100'000; }));
  go();
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::success);
}

TEST_F(RunnerKillTest, ARenewalThatWaitedWhileTheRunnerWasHeldUpCounts) {
  const wire::Lease lease = shell(until_go);
  run(lease);
  start_of(lease.attempt);
  const std::int64_t first_end = boottime_us() + 2'000'000;
  ASSERT_TRUE(runner_->send({.lease_end_us = first_end, .ping = 1}));
  ASSERT_TRUE(runner_->wait(std::chrono::seconds(10))) << "it has armed its timer";
  kill(hello_->pid, SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return boottime_us() > first_end + 50'000; }));
  ASSERT_TRUE(runner_->send({.lease_end_us = boottime_us() + 60'000'000}));
  kill(hello_->pid, SIGCONT);
  go();
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::success);
}

TEST_F(RunnerKillTest, WhatEscapesANormalEndIsGoneBeforeItsResult) {
  for (const char* leave : {"setsid sleep 1000 & echo $!", "(setsid sleep 1000 & echo $!)",
                            "(env -i setsid sleep 1000 & echo $!)"}) {
    const auto result = run_shell(std::string(leave) + "; exit 0");
    EXPECT_EQ(result.outcome, AttemptState::success);
    const auto texts = texts_of(log_of(result));
    ASSERT_EQ(texts.size(), 1u) << leave;
    EXPECT_FALSE(is_alive(std::stoi(texts[0]))) << leave;
  }
}

TEST_F(RunnerKillTest, ADaemonMayLiveAsLongAsItsTask) {
  // Longer than the sweeps of strays are apart.
  const std::string file = dir_.path() + "/alive";
  const auto result = run_shell("(setsid sh -c 'sleep 1.5; echo alive; echo > " + file +
                                "') & until [ -e " + file + " ]; do sleep 0.05; done; exit 0");
  EXPECT_EQ(result.outcome, AttemptState::success);
  EXPECT_THAT(log_of(result), HasSubstr("alive"));
}

TEST_F(RunnerKillTest, KillingTheRunnerLeavesNobody) {
  const wire::Lease trees[] = {start_tree(plain_fork, 1), start_tree(own_session, 1),
                               start_tree(double_fork, 1)};
  std::set<pid_t> mains;
  for (const auto& lease : trees) mains.insert(start_of(lease.attempt).pid);
  kill(hello_->pid, SIGSTOP);
  EXPECT_TRUE(kill_leftovers({.session = hello_->session, .pid = hello_->pid, .mains = mains}));
  EXPECT_FALSE(is_alive(hello_->pid));
  for (const auto& lease : trees) expect_all_gone(lease.attempt);
  while (runner_->wait(std::chrono::seconds(5))) {
  }
}

TEST_F(RunnerKillTest, TheMainProcessDiesWithTheRunner) {
  const wire::Lease lease = shell("exec sleep 1000");
  run(lease);
  const pid_t pid = start_of(lease.attempt).pid;
  kill(hello_->pid, SIGKILL);
  EXPECT_TRUE(wait_gone(pid));
}

}  // namespace
}  // namespace weft::worker
