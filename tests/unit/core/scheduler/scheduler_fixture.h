#pragma once

// The whole scheduler over a database in memory, in virtual time, without workers: for scenarios.

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "server/core/dag/parse.h"
#include "server/core/scheduler/state.h"
#include "tests/unit/api/sync_engine.h"

namespace weft::test {

class SchedulerFixture : public ::testing::Test {
 protected:
  SchedulerFixture() : writer_(std::move(storage::Writer::open(":memory:").value())) { restart(); }

  /// As after a kill: the state is what the storage holds.
  void restart() { engine_ = std::make_unique<SyncEngine>(*writer_, clock_); }

  Result<Answer> call(Command command) { return engine_->call(std::move(command)); }
  /// Of a command that must be taken.
  Answer apply(Command command) {
    auto answer = call(std::move(command));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : Answer();
  }
  void put_dag(const std::string& text) {
    const auto output = parse_dag({.path = "d.dag.json", .text = text});
    ASSERT_NE(output.dag, nullptr) << output.diagnostics.front().to_string();
    apply(PutDag{"main", output.dag_id + ".dag.json", output.dag});
  }
  /// A DAG "d" of one task that no worker takes (`command`), or that needs none.
  void put_dag(const std::string& schedule, const std::string& more, bool needs_worker = true) {
    put_dag(R"({"dag_id": "d", "schedule": )" + schedule + (more.empty() ? "" : ", " + more) +
            R"(, "tasks": [{"task_id": "t", )" +
            (needs_worker ? R"("command": "true"}]})" : R"("type": "noop"}]})"));
  }

  /// Fires what is due, and what becomes due thereby.
  void settle() {
    for (int i = 0; i < 100'000; ++i) {
      Deadline deadline;
      engine_->ask([&](const Scheduler& s, Now) { deadline = s.next_deadline(); });
      const Now now = clock_.now();
      const bool due = (deadline.steady && *deadline.steady <= now.steady) ||
                       (deadline.wall && *deadline.wall <= now.wall);
      if (!due) return;
      apply(FireTimers{});
    }
    ADD_FAILURE() << "the timers never end";
  }
  void pass(Duration time) {
    clock_.advance(time);
    settle();
  }

  const Scheduler::State& state() {
    const Scheduler::State* state = nullptr;
    engine_->ask([&](const Scheduler& s, Now) { state = &s.state(); });
    return *state;
  }
  const DagState& dag(const std::string& id = "d") { return *state().find_dag(id); }
  std::int64_t stored(const std::string& sql) {
    auto database =
        storage::Database::open(writer_->location(), storage::OpenMode::read_only).value();
    return database.query_integer(sql).value();
  }

  ManualClock clock_;  // 2026-01-01T00:00:00Z
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<SyncEngine> engine_;
};

}  // namespace weft::test
