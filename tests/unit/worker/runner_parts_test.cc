// The small parts of the runner: timers, lease numbers, seen attempts, the kill ladder, frames.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/arrived_leases.h"
#include "worker/runner/kill_ladder.h"
#include "worker/runner/messages.h"
#include "worker/runner/seen_attempts.h"
#include "worker/runner/state_dir.h"
#include "worker/runner/timer_queue.h"

namespace weft::worker {
namespace {

TEST(StateDir, ANewRunnerRemovesWhatADeadOneLeft) {
  TempDir dir;
  ASSERT_TRUE(make_state_dir(dir.path()));
  for (const char* name : {"/outputs/7", "/logs/7.log", "/logs/7.log.tail"})
    std::ofstream(dir.path() + name) << "text";
  const auto state = StateDir::take(dir.path());
  ASSERT_TRUE(state);
  EXPECT_EQ(read_file(dir.path() + "/logs/7.log"), "text") << "the agent still sends it";
  EXPECT_FALSE(std::filesystem::exists(dir.path() + "/logs/7.log.tail"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() + "/outputs/7"));
  std::ofstream(dir.path() + "/logs/8.log.tail") << "text";
  EXPECT_FALSE(StateDir::take(dir.path()));
  EXPECT_TRUE(std::filesystem::exists(dir.path() + "/logs/8.log.tail")) << "a living one's";
}

TEST(TimerQueue, GivesWhatIsDueInOrderAndForgetsWhatIsCancelled) {
  TimerQueue timers;
  EXPECT_EQ(timers.earliest(), TimerQueue::never);
  timers.set({TimerKind::kill_grace, 1}, 30);
  timers.set({TimerKind::execution_timeout, 1}, 10);
  timers.set({TimerKind::execution_timeout, 2}, 20);
  timers.cancel({TimerKind::execution_timeout, 1});
  EXPECT_EQ(timers.earliest(), 20);
  EXPECT_FALSE(timers.pop_due(19));
  EXPECT_EQ(timers.pop_due(100), (TimerKey{TimerKind::execution_timeout, 2}));
  timers.set({TimerKind::kill_grace, 1}, 200);
  EXPECT_FALSE(timers.pop_due(100));
  EXPECT_EQ(timers.pop_due(200), (TimerKey{TimerKind::kill_grace, 1}));
  EXPECT_FALSE(timers.is_set({TimerKind::kill_grace, 1}));
}

wire::Lease lease(std::int64_t after, std::int64_t attempt) {
  wire::Lease lease;
  lease.after = after;
  lease.attempt = attempt;
  return lease;
}

TEST(ArrivedLeases, AckOnlyWhatHasNoneBeforeItOnTheWay) {
  ArrivedLeases arrived;
  arrived.add(lease(11, 14));
  EXPECT_EQ(arrived.acked(), 0);
  arrived.add(lease(0, 11));
  EXPECT_EQ(arrived.acked(), 14);
  arrived.add(lease(0, 11));
  arrived.add(lease(11, 14));
  arrived.add(lease(17, 20));
  arrived.add(lease(17, 20));
  EXPECT_EQ(arrived.acked(), 14);
  arrived.add(lease(14, 17));
  EXPECT_EQ(arrived.acked(), 20);
  arrived.add(lease(0, 90));  // the server counts on nothing before it any more
  EXPECT_EQ(arrived.acked(), 90);
}

TEST(SeenAttempts, RefusesRepeatsAndWhatIsTooOldToKnow) {
  SeenAttempts seen(3);
  for (const std::int64_t id : {10, 11, 12}) EXPECT_TRUE(seen.add(id));
  EXPECT_FALSE(seen.add(11));
  EXPECT_TRUE(seen.add(13));
  EXPECT_FALSE(seen.add(10)) << "forgotten, but surely not new";
  EXPECT_FALSE(seen.add(9));
  EXPECT_TRUE(seen.add(14));
}

TEST(KillLadder, AsksFirstThenKills) {
  KillLadder ladder;
  EXPECT_TRUE(ladder.stop(StopReason::timeout, 100, 50));
  EXPECT_EQ(ladder.step(), KillLadder::Step::terminating);
  EXPECT_EQ(ladder.kill_at(), 150);
  EXPECT_FALSE(ladder.stop(StopReason::cancelled, 110, 10'000)) << "the first reason stays";
  EXPECT_EQ(ladder.kill_at(), 150);
  EXPECT_EQ(ladder.reason(), StopReason::timeout);
  EXPECT_TRUE(ladder.kill());
  EXPECT_FALSE(ladder.kill());
}

TEST(KillLadder, NoGraceKillsAtOnceFromAnyStep) {
  KillLadder fresh;
  EXPECT_TRUE(fresh.stop(StopReason::cancelled, 0, 0));
  EXPECT_EQ(fresh.step(), KillLadder::Step::killing);
  KillLadder asked;
  asked.stop(StopReason::cancelled, 0, 1'000);
  EXPECT_TRUE(asked.stop(StopReason::lease_ended, 1, 0));
  EXPECT_EQ(asked.step(), KillLadder::Step::killing);
  EXPECT_EQ(asked.reason(), StopReason::cancelled);
}

TEST(Frames, SurviveAnyCutOfTheStream) {
  RunnerCommand command;
  command.configure = RunnerConfig{.pass_env = {"A*"}, .prompt = true};
  command.cancel = {4};
  command.lease_end_us = 77;
  command.ping = 3;
  wire::Lease lease;
  lease.attempt = 9;
  lease.argv = {"true"};
  command.run = {lease};
  std::string bytes;
  append_frame(bytes, command);
  for (std::size_t step = 1; step < bytes.size(); ++step) {
    FrameReader reader;
    std::vector<RunnerCommand> got;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      const std::size_t length = std::min(step, bytes.size() - at);
      std::memcpy(reader.space(length), bytes.data() + at, length);
      reader.filled(length);
      while (true) {
        const auto frame = reader.next();
        ASSERT_TRUE(frame);
        if (!*frame) break;
        auto read = runner_command_from(**frame);
        ASSERT_TRUE(read) << read.error().message;
        got.push_back(*read);
      }
    }
    ASSERT_EQ(got.size(), 2u) << "settings come before what runs";
    EXPECT_EQ(got[0].configure->pass_env, std::vector<std::string>{"A*"});
    EXPECT_EQ(got[0].lease_end_us, 77);
    EXPECT_EQ(got[1].run.at(0).attempt, 9);
  }
}

TEST(Frames, AnEmptyCommandIsNoFrameAndAHugeLengthIsRefused) {
  std::string bytes;
  append_frame(bytes, RunnerCommand{});
  append_frame(bytes, RunnerReport{});
  EXPECT_TRUE(bytes.empty());
  FrameReader reader;
  std::memcpy(reader.space(4), "\xFF\xFF\xFF\xFF", 4);
  reader.filled(4);
  EXPECT_FALSE(reader.next());
}

TEST(Frames, ReportsSurvive) {
  RunnerReport report;
  report.hello = RunnerHello{.session = "s", .pid = 4, .acked = 2, .running = {{7, 70, 8}}};
  report.started = {{1, 2, 3}};
  report.grown = {{5, 6}};
  report.pong = 9;
  std::string bytes;
  append_frame(bytes, report);
  const auto back = runner_report_from(std::string_view(bytes).substr(4));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->hello->running.at(0).pid, 8);
  EXPECT_EQ(back->started.at(0).started_at, 2);
  EXPECT_EQ(back->grown.at(0).bytes, 6);
  EXPECT_EQ(back->pong, 9);
}

}  // namespace
}  // namespace weft::worker
