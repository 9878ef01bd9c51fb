#include "worker/runner/tree_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::worker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr pid_t runner = 100;

/// A tracker whose processes' environments are a table.
class TreeTrackerTest : public testing::Test {
 protected:
  TreeView look(std::vector<Process> processes) {
    processes.push_back({.pid = runner, .parent = 1, .group = 100, .session = 100});
    return trees_.look(ProcessTable(std::move(processes)));
  }
  static Process process(pid_t pid, pid_t parent, pid_t session, std::uint64_t start = 50) {
    return {.pid = pid,
            .parent = parent,
            .group = session,
            .session = session,
            .state = 'S',
            .start_ticks = start};
  }

  std::map<pid_t, std::int64_t> environments_;
  TreeTracker trees_{runner, [this](pid_t pid) -> std::optional<std::int64_t> {
                       const auto found = environments_.find(pid);
                       if (found == environments_.end()) return std::nullopt;
                       return found->second;
                     }};
};

TEST_F(TreeTrackerTest, FollowsTheLineOfParents) {
  trees_.add(1, 200, 10);
  trees_.add(2, 300, 10);
  const auto view = look({process(200, runner, 200), process(201, 200, 200), process(202, 201, 202),
                          process(300, runner, 300), process(400, 1, 400)});
  EXPECT_THAT(view.of_attempt.at(1), UnorderedElementsAre(200, 201, 202));
  EXPECT_THAT(view.of_attempt.at(2), ElementsAre(300));
  EXPECT_THAT(view.strays, IsEmpty());
}

TEST_F(TreeTrackerTest, KnowsOrphansByGroupEnvironmentOrMemory) {
  trees_.add(1, 200, 10);
  environments_[202] = 1;
  auto view = look({process(200, runner, 200), process(201, runner, 200), process(202, runner, 202),
                    process(203, 200, 203)});
  EXPECT_THAT(view.of_attempt.at(1), UnorderedElementsAre(200, 201, 202, 203));
  // Its parent is gone, it has a session of its own and a clean environment: seen before.
  view = look({process(203, runner, 203), process(204, 203, 204)});
  EXPECT_THAT(view.of_attempt.at(1), UnorderedElementsAre(203, 204));
}

TEST_F(TreeTrackerTest, WhatAnEndedAttemptLeftIsStray) {
  trees_.add(1, 200, 10);
  trees_.add(2, 300, 10);
  look({process(200, runner, 200), process(201, 200, 201), process(300, runner, 300)});
  trees_.remove(1);
  const auto view = look({process(201, runner, 201), process(300, runner, 300)});
  EXPECT_THAT(view.strays, ElementsAre(201));
  EXPECT_THAT(view.of_attempt.at(2), ElementsAre(300));
}

TEST_F(TreeTrackerTest, ANamelessOrphanBelongsToTheOneThatCanOwnIt) {
  trees_.add(1, 200, 40);
  EXPECT_THAT(look({process(500, runner, 500, 60)}).of_attempt.at(1), ElementsAre(500));
  EXPECT_THAT(look({process(500, runner, 500, 30)}).strays, ElementsAre(500));
  trees_.add(2, 300, 40);
  const auto unclear = look({process(500, runner, 500, 60)});
  EXPECT_THAT(unclear.strays, IsEmpty());
  EXPECT_THAT(unclear.of_attempt, IsEmpty());
  trees_.remove(1);
  trees_.remove(2);
  EXPECT_THAT(look({process(500, runner, 500, 60)}).strays, ElementsAre(500));
}

TEST_F(TreeTrackerTest, OthersAndZombiesAreLeftAlone) {
  trees_.add(1, 200, 10);
  Process zombie = process(201, runner, 200);
  zombie.state = 'Z';
  const auto view = look({zombie, process(600, 1, 200), process(601, 999, 601)});
  EXPECT_THAT(view.of_attempt, IsEmpty());
  EXPECT_THAT(view.strays, IsEmpty());
}

TEST(ParseStat, TakesNamesWithBracketsAndSpaces) {
  const auto process =
      parse_stat("123 (a) b (c) S 7 8 9 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2\n");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, 123);
  EXPECT_EQ(process->state, 'S');
  EXPECT_EQ(process->parent, 7);
  EXPECT_EQ(process->group, 8);
  EXPECT_EQ(process->session, 9);
  EXPECT_EQ(process->start_ticks, 987654u);
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("123 (a) S 1"));
}

}  // namespace
}  // namespace weft::worker
