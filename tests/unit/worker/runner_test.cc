// A real runner: what a task gets, what becomes of its end, and what a connection is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/clock.h"

namespace weft::worker {
namespace {

using testing::HasSubstr;

TEST_F(RunnerTest, ATaskThatExits0Succeeds) {
  const auto result = run_shell("echo out; echo err >&2");
  EXPECT_EQ(result.outcome, AttemptState::success);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.signal, 0);
  EXPECT_GT(result.started_at, 0);
  EXPECT_GE(result.ended_at, result.started_at);
  EXPECT_GT(result.pid, 0);
  EXPECT_GT(result.max_rss_kb, 0);
  EXPECT_TRUE(result.error.empty());
  const std::string log = log_of(result);
  EXPECT_THAT(log, HasSubstr(" stdout F out\n"));
  EXPECT_THAT(log, HasSubstr(" stderr F err\n"));
  EXPECT_EQ(result.log_bytes, static_cast<std::int64_t>(log.size()));
}

TEST_F(RunnerTest, ExitCodesAndSignalsAreTold) {
  const auto failed = run_shell("exit 3");
  EXPECT_EQ(failed.outcome, AttemptState::failed);
  EXPECT_EQ(failed.exit_code, 3);
  EXPECT_EQ(failed.error, "exited with code 3");
  const auto killed = run_shell("kill -SEGV $$");
  EXPECT_EQ(killed.outcome, AttemptState::failed);
  EXPECT_EQ(killed.exit_code, -1);
  EXPECT_EQ(killed.signal, SIGSEGV);
  EXPECT_EQ(killed.error, "killed by SIGSEGV");
  EXPECT_EQ(run_shell("exit 99").outcome, AttemptState::skipped);
  wire::Lease no_skip = shell("exit 99");
  no_skip.skip_exit_code = -1;
  run(no_skip);
  EXPECT_EQ(result_of(no_skip.attempt).outcome, AttemptState::failed);
}

TEST_F(RunnerTest, APokeIsAVerbOfTheWorkersOwnProgramAndMaySayNotYet) {
  wire::Lease lease = shell("");
  lease.poke = true;
  lease.argv = {"weft", "poke", "say", "x.csv is not there", "75"};
  run(lease);
  const auto not_yet = result_of(lease.attempt);
  EXPECT_EQ(not_yet.outcome, AttemptState::rescheduled);
  EXPECT_EQ(not_yet.exit_code, 75);
  EXPECT_EQ(not_yet.error, "x.csv is not there");
  EXPECT_EQ(not_yet.log, "") << "thousands of looks leave no log each";
  EXPECT_EQ(not_yet.log_bytes, 0);
  lease = shell("");
  lease.poke = true;
  lease.argv = {"weft", "poke", "say", "here", "0"};
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::success);
  EXPECT_THAT(result_of(lease.attempt).log, HasSubstr(" stdout F here\n"));
  lease = shell("");
  lease.poke = true;
  lease.argv = {"weft", "poke", "say", "no permission", "99"};
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::failed) << "no skip code of a command";
  EXPECT_EQ(run_shell("exit 75").outcome, AttemptState::failed) << "only a poke may say so";
}

TEST_F(RunnerTest, WhatCannotBeStartedFailsWithTheReason) {
  wire::Lease lease = shell("");
  lease.argv = {"no-such-command-here"};
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::failed);
  EXPECT_EQ(result_of(lease.attempt).started_at, 0);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("no command \"no-such-command-here\""));
  lease = shell("true");
  lease.argv = {"/etc/passwd"};
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("cannot run \"/etc/passwd\": Permission"));
  lease = shell("true");
  lease.cwd = "/no/such/folder";
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("cannot enter cwd \"/no/such/folder\""));
  lease = shell("true");
  lease.cwd = "relative";
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("must be an absolute path"));
  lease = shell(std::string("a\0b", 3));
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("argv[2] contains a NUL"));
  lease = shell(std::string(300'000, 'x'));
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("Argument list too long"));
}

TEST_F(RunnerTest, ATaskHasACleanWorldOfItsOwn) {
  wire::Lease lease = shell(
      "echo $WEFT_DAG_ID $WEFT_ATTEMPT_ID $WEFT_FENCE $WEFT_TRY_NUMBER $X; pwd; cat; "
      "ls /proc/self/fd | wc -l; ps -o sid= -p $$ | tr -d ' '; echo $$; "
      "grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2");
  lease.env = {{"X", "é"}};
  run(lease);
  const auto result = result_of(lease.attempt);
  // A try that takes longer than 100 ms, on a busy machine, has its log in its file.
  const auto lines = texts_of(log_of(result));
  ASSERT_EQ(lines.size(), 7u) << log_of(result);
  EXPECT_EQ(lines[0], "dag 1 1 1 é");
  EXPECT_EQ(lines[1], dir_.path() + "/scratch");
  EXPECT_EQ(lines[2], "4") << "stdin, stdout, stderr and the one that lists them";
  EXPECT_EQ(lines[3], lines[4]) << "it leads its session";
  EXPECT_EQ(lines[5], "0000000000000000") << "no signal is blocked";
  EXPECT_EQ(lines[6], "0000000000000000") << "no signal is ignored";
}

/// As under nohup: what the worker's starter ignores must end a task as it ends any program.
TEST(Runner, SignalsThatItsStarterIgnoresAreNotIgnoredInTasks) {
  class Started : public RunnerTest {
   public:
    using RunnerTest::run_shell, RunnerTest::SetUp, RunnerTest::TearDown;
    void TestBody() override {}
  };
  const auto before = signal(SIGHUP, SIG_IGN);
  Started runner;
  runner.SetUp();
  signal(SIGHUP, before);
  EXPECT_EQ(runner.run_shell("kill -HUP $$").signal, SIGHUP);
  runner.TearDown();
}

TEST_F(RunnerTest, OutputsComeWithTheResultAndLeaveNoFile) {
  const auto good = run_shell("echo 'rows:=5' >> $WEFT_OUTPUT; echo name=x >> $WEFT_OUTPUT");
  EXPECT_EQ(good.outputs, nlohmann::json({{"rows", 5}, {"name", "x"}}));
  const auto bad = run_shell("echo ok=1 > $WEFT_OUTPUT; echo nonsense >> $WEFT_OUTPUT");
  EXPECT_EQ(bad.outcome, AttemptState::failed);
  EXPECT_THAT(bad.error, HasSubstr("$WEFT_OUTPUT line 2"));
  const auto huge = run_shell("head -c 2000000 /dev/zero > $WEFT_OUTPUT");
  EXPECT_EQ(huge.outcome, AttemptState::failed);
  EXPECT_THAT(huge.error, HasSubstr("at most 1048576"));
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() + "/outputs"));
}

TEST_F(RunnerTest, AnAttemptThatCameBeforeDoesNotRunAgain) {
  const std::string ledger = dir_.path() + "/ledger";
  const wire::Lease lease = shell("echo ran >> " + ledger);
  run(lease);
  result_of(lease.attempt);
  run(lease);
  run_shell("true");
  EXPECT_EQ(read_file(ledger), "ran\n");
}

TEST_F(RunnerTest, ANewConnectionIsToldEverythingUntilItConfirms) {
  const wire::Lease slow = shell("sleep 1000");
  run(slow);
  const pid_t pid = start_of(slow.attempt).pid;
  const auto quick = run_shell("echo hi; exit 4");
  runner_.reset();
  finished_.clear();
  connect();
  EXPECT_EQ(hello_->acked, 2);
  ASSERT_EQ(hello_->running.size(), 1u);
  EXPECT_EQ(hello_->running[0].attempt, slow.attempt);
  EXPECT_EQ(hello_->running[0].pid, pid);
  EXPECT_EQ(result_of(quick.attempt).log, quick.log);
  ASSERT_TRUE(runner_->send({.confirm = {quick.attempt}}));
  runner_.reset();
  finished_.clear();
  connect();
  EXPECT_TRUE(finished_.empty());
}

TEST_F(RunnerTest, WhatTheFormerConnectionSentStillCounts) {
  const wire::Lease lease = shell("exit 5");
  run(lease);
  runner_.reset();
  connect();
  EXPECT_EQ(result_of(lease.attempt).exit_code, 5);
}

TEST_F(RunnerTest, AnswersPings) {
  ASSERT_TRUE(runner_->send({.ping = 42}));
  const auto report = runner_->wait(std::chrono::seconds(10));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->pong, 42);
}

TEST_F(RunnerTest, ASecondRunnerInTheSameFolderIsRefused) {
  const auto second = RunnerClient::start({.state_dir = dir_.path()});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("already runs with this state folder"));
  EXPECT_EQ(run_shell("true").outcome, AttemptState::success) << "the first one goes on";
}

TEST_F(RunnerTest, ExitsWhenToldAndKillsWhatRuns) {
  const wire::Lease lease = shell("setsid sleep 1000 & echo $! ; sleep 1000");
  run(lease);
  wait_for_log(lease.attempt, "F ");
  const pid_t child = std::stoi(texts_of(read_file(log_path(dir_.path(), lease.attempt))).at(0));
  ASSERT_TRUE(runner_->send({.exit = true}));
  EXPECT_TRUE(wait_gone(hello_->pid));
  EXPECT_FALSE(is_alive(child));
  EXPECT_FALSE(is_alive(start_of(lease.attempt).pid));
}

TEST_F(RunnerTest, ManyAtOnceAllEnd) {
  RunnerCommand command;
  for (int i = 0; i < 300; ++i) command.run.push_back(shell("exit 0"));
  ASSERT_TRUE(runner_->send(command));
  take_until([&] { return finished_.size() == 300; });
  for (const auto& [attempt, result] : finished_)
    EXPECT_EQ(result.outcome, AttemptState::success) << result.error;
}

}  // namespace
}  // namespace weft::worker
