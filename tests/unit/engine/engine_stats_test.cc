// What the engine counts is what the tables say, step by step and after a restart.

#include "server/engine/engine_stats.h"

#include <gmock/gmock.h>

#include "server/core/dag/parse.h"
#include "server/engine/engine_core.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"

namespace weft {
namespace {

using namespace std::chrono_literals;

class EngineStatsTest : public ::testing::Test {
 protected:
  EngineStatsTest() { restart(); }

  void restart() {
    core_.reset();
    EngineOptions options;
    stats_ = options.stats;
    core_ =
        std::make_unique<EngineCore>(std::move(options), *writer_, nullptr, [this] { ++commits_; });
    ASSERT_TRUE(core_->build(now_));
  }

  void apply(Command command, bool is_refused = false) {
    std::vector<PostedCommand> commands;
    commands.push_back({std::move(command), [&](const Result<Answer>& answer) {
                          EXPECT_EQ(answer.has_value(), !is_refused);
                        }});
    core_->run(commands, true, now_);
  }

  std::int64_t stored(const std::string& sql) {
    return readers_
        ->with([&](storage::Reader& reader) { return reader.database().query_integer(sql); })
        .value();
  }

  /// All that is not over is counted in the state in which it is stored.
  void check() {
    for (const auto state : {RunState::queued, RunState::running}) {
      const auto at = static_cast<std::size_t>(state);
      EXPECT_EQ(stats_->runs[at].value(),
                stored("SELECT count(*) FROM run WHERE state = " + std::to_string(at)))
          << name_of(state);
    }
    for (std::size_t at = 1; at < stats_->instances.size(); ++at) {
      if (is_terminal(static_cast<TaskState>(at))) continue;
      EXPECT_EQ(stats_->instances[at].value(),
                stored("SELECT count(*) FROM task_instance WHERE state = " + std::to_string(at)))
          << name_of(static_cast<TaskState>(at));
    }
  }

  std::int64_t in_state(TaskState state) const {
    return stats_->instances[static_cast<std::size_t>(state)].value();
  }
  std::uint64_t ended(RunState state) const {
    return stats_->runs_ended[static_cast<std::size_t>(state)].value();
  }

  std::unique_ptr<storage::Writer> writer_{std::move(storage::Writer::open(":memory:").value())};
  std::unique_ptr<storage::Readers> readers_{
      std::move(storage::Readers::open(writer_->location(), 1).value())};
  Now now_{from_micros(1'767'225'600'000'000), 1h};
  std::shared_ptr<EngineStats> stats_;
  std::uint64_t commits_ = 0;
  std::unique_ptr<EngineCore> core_;
};

TEST_F(EngineStatsTest, follow_runs_through_all_that_happens_to_them) {
  auto parsed = parse_dag({.path = "d.dag.json", .text = R"({"dag_id": "d", "tasks": [
      {"task_id": "t", "command": "true"}, {"task_id": "n", "type": "noop"},
      {"task_id": "a", "type": "approval"},
      {"task_id": "z", "type": "noop", "depends_on": ["t"]}]})"});
  ASSERT_TRUE(parsed.dag);
  apply(PutDag{"main", "d.dag.json", parsed.dag});
  for (const char* id : {"a", "b", "c", "d"}) apply(TriggerRun{.dag_id = "d", .run_id = id});
  check();
  EXPECT_EQ(in_state(TaskState::scheduled), 4);
  EXPECT_EQ(in_state(TaskState::deferred), 4);
  RegisterWorker worker;
  worker.request.name = "w";
  worker.request.slots = 2;
  worker.request.queues = {"default"};
  worker.request.session = std::string(32, 'a');
  apply(worker);
  check();
  EXPECT_EQ(in_state(TaskState::queued), 2);
  apply(MarkRun{.dag_id = "d", .run_id = "d", .to = MarkRun::To::success});
  apply(MarkRun{.dag_id = "d", .run_id = "nothing", .to = MarkRun::To::failed}, true);
  check();
  EXPECT_EQ(ended(RunState::success), 1u);
  EXPECT_EQ(ended(RunState::failed), 0u);
  apply(MarkRun{.dag_id = "d", .run_id = "d", .to = MarkRun::To::queued});
  check();
  EXPECT_EQ(ended(RunState::success), 2u);  // once more, as nothing is left to do
  apply(MarkRun{.dag_id = "d", .run_id = "c", .to = MarkRun::To::cancelled});
  check();
  EXPECT_EQ(ended(RunState::failed), 1u);
  EXPECT_EQ(stats_->commits.value(), commits_);
  EXPECT_GT(stats_->commands.value(), 9u);
  EXPECT_GT(stats_->commit_took.sum(), 0us);

  restart();
  check();
  EXPECT_EQ(in_state(TaskState::queued), 2);
  EXPECT_EQ(ended(RunState::failed), 0u);
}

}  // namespace
}  // namespace weft
