#include "server/engine/engine.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "server/core/dag/parse.h"
#include "server/engine/engine_clock.h"
#include "server/engine/engine_core.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"
#include "tests/unit/storage/faulty_vfs.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft {
namespace {

using namespace std::chrono_literals;
using test::FaultyVfs;
using test::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class VirtualClock final : public Clock {
 public:
  Now now() override {
    const Duration passed(micros_.load());
    return {from_micros(1'767'225'600'000'000) + passed, passed};  // 2026-01-01
  }
  void advance(Duration by) { micros_ += by.count(); }

 private:
  std::atomic<std::int64_t> micros_{0};
};

std::shared_ptr<const Dag> parse(const std::string& text) {
  auto parsed = parse_dag({.path = "d.dag.json", .text = text});
  EXPECT_TRUE(parsed.dag) << (parsed.diagnostics.empty() ? "" : parsed.diagnostics[0].to_string());
  return parsed.dag;
}

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    writer = std::move(storage::Writer::open(folder / "weft.db").value());
    readers = std::move(storage::Readers::open(writer->location(), 1).value());
    start();
  }
  void TearDown() override { engine.reset(); }

  void start(EngineOptions options = {}) {
    engine.reset();
    auto started = Engine::start(
        options, *writer, clock, [this](std::vector<Effect> effects) { on_effects(effects); },
        [this] { ++commits; });
    ASSERT_TRUE(started) << started.error().message;
    engine = std::move(*started);
  }
  Result<Answer> put_dag(const std::string& schedule = "") {
    return engine->call(PutDag{"main", "d.dag.json",
                               parse(R"({"dag_id": "d", )" + schedule +
                                     R"("tasks": [{"task_id": "t", "command": "true"}]})")});
  }
  Result<Answer> trigger(const std::string& run_id) {
    TriggerRun command;
    command.dag_id = "d";
    command.run_id = run_id;
    return engine->call(command);
  }
  Result<Answer> add_worker(int slots = 4) {
    RegisterWorker command;
    command.request.name = "w";
    command.request.slots = slots;
    command.request.queues = {"default"};
    command.request.session = std::string(32, 'a');
    return engine->call(command);
  }
  /// Wakes the engine, so that it looks at the clock.
  void poke() {
    EXPECT_TRUE(engine->ask([](const Scheduler&, Now) {}));
  }
  /// The time passes while the engine is there.
  void pass(Duration time) {
    for (; time > 0ms; time -= 500ms) {
      clock.advance(std::min<Duration>(time, 500ms));
      poke();
      poke();
    }
  }
  /// As any other connection sees it.
  std::int64_t stored(const std::string& sql) {
    return readers
        ->with([&](storage::Reader& reader) { return reader.database().query_integer(sql); })
        .value();
  }

  TempFolder folder;
  FaultyVfs disk;
  VirtualClock clock;
  std::unique_ptr<storage::Writer> writer;
  std::unique_ptr<storage::Readers> readers;
  std::function<void(const std::vector<Effect>&)> on_effects = [](const auto&) {};
  std::atomic<int> commits{0};
  std::unique_ptr<Engine> engine;
};

TEST_F(EngineTest, what_it_answered_is_stored) {
  ASSERT_TRUE(put_dag());
  std::promise<std::int64_t> seen;
  TriggerRun command;
  command.dag_id = "d";
  engine->post(command, [&](Result<Answer> answer) {
    EXPECT_TRUE(answer);
    seen.set_value(stored("SELECT count(*) FROM run"));
  });
  EXPECT_EQ(seen.get_future().get(), 1);
  EXPECT_EQ(commits, 2);
}

TEST_F(EngineTest, effects_leave_after_the_commit_and_before_the_reply) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(add_worker());
  std::atomic<int> leases{0};
  on_effects = [&](const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
      const auto* lease = std::get_if<LeaseGranted>(&effect);
      if (lease == nullptr) continue;
      ++leases;
      EXPECT_EQ(
          stored("SELECT count(*) FROM attempt WHERE id = " + std::to_string(lease->attempt.value)),
          1);
    }
  };
  ASSERT_TRUE(trigger("r"));
  EXPECT_EQ(leases, 1);
}

TEST_F(EngineTest, a_lease_does_not_wait_for_a_slice_of_large_work) {
  engine.reset();
  std::vector<std::string> seen;
  EngineCore core(
      {}, *writer,
      [&](const std::vector<Effect>& effects) {
        for (const Effect& effect : effects)
          if (std::holds_alternative<LeaseGranted>(effect)) seen.emplace_back("lease");
      },
      nullptr);
  ASSERT_TRUE(core.build(clock.now()));
  core.observe([&](const Command& command, const Applied&) {
    if (std::holds_alternative<TriggerRun>(command)) seen.emplace_back("trigger");
    if (std::holds_alternative<FireTimers>(command)) seen.emplace_back("slice");
  });
  const auto run = [&](Command command, bool fire) {
    std::vector<PostedCommand> commands;
    commands.push_back({std::move(command), [](const Result<Answer>& done) { EXPECT_TRUE(done); }});
    core.run(commands, fire, clock.now());
  };
  std::string noops;
  for (int i = 0; i < 5000; ++i)
    noops += R"({"type": "noop", "task_id": "n)" + std::to_string(i) + R"("},)";
  run(PutDag{"main", "big.dag.json",
             parse(R"({"dag_id": "big", "tasks": [)" + noops +
                   R"({"type": "noop", "task_id": "last"}]})")},
      false);
  run(PutDag{"main", "d.dag.json",
             parse(R"({"dag_id": "d", "tasks": [{"task_id": "t", "command": "true"}]})")},
      false);
  RegisterWorker worker;
  worker.request.name = "w";
  worker.request.slots = 4;
  worker.request.queues = {"default"};
  worker.request.session = std::string(32, 'a');
  run(worker, false);
  TriggerRun trigger;
  trigger.dag_id = "big";
  run(trigger, false);
  ASSERT_TRUE(core.scheduler()->has_postponed_work());
  seen.clear();
  trigger.dag_id = "d";
  run(trigger, true);
  EXPECT_THAT(seen, ElementsAre("trigger", "lease", "slice"));
  seen.clear();
  run(PauseDag{"d", true, "ada"}, true);
  EXPECT_THAT(seen, ElementsAre("slice")) << "in one batch with what lets nothing out";
}

TEST_F(EngineTest, a_refused_command_changes_nothing) {
  const auto answer = trigger("r");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  EXPECT_EQ(commits, 0);
}

TEST_F(EngineTest, commands_that_wait_share_a_commit) {
  ASSERT_TRUE(put_dag());
  std::promise<void> entered;
  std::promise<void> go_on;
  std::thread asker([&] {
    engine->ask([&](const Scheduler&, Now) {
      entered.set_value();
      go_on.get_future().wait();
    });
  });
  entered.get_future().wait();
  const int syncs = disk.syncs();
  std::vector<std::future<bool>> done;
  for (int i = 0; i < 100; ++i) {
    auto promise = std::make_shared<std::promise<bool>>();
    done.push_back(promise->get_future());
    engine->post(PutPool{{"p" + std::to_string(i), 1, false, ""}, true, "ada"},
                 [promise](Result<Answer> answer) { promise->set_value(answer.has_value()); });
  }
  go_on.set_value();
  for (auto& one : done) EXPECT_TRUE(one.get());
  asker.join();
  EXPECT_LE(disk.syncs() - syncs, 2);
  EXPECT_EQ(stored("SELECT count(*) FROM pool"), 101);
}

TEST_F(EngineTest, a_full_inbox_refuses_at_once) {
  EngineOptions options;
  options.max_inbox = 3;
  start(options);
  std::promise<void> entered;
  std::promise<void> go_on;
  std::thread asker([&] {
    engine->ask([&](const Scheduler&, Now) {
      entered.set_value();
      go_on.get_future().wait();
    });
  });
  entered.get_future().wait();
  std::atomic<int> refused{0};
  std::atomic<int> taken{0};
  for (int i = 0; i < 5; ++i)
    engine->post(PutPool{{"p" + std::to_string(i), 1, false, ""}, true, "ada"},
                 [&](Result<Answer> answer) {
                   if (answer) {
                     ++taken;
                   } else {
                     EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
                     ++refused;
                   }
                 });
  EXPECT_EQ(refused, 2);
  go_on.set_value();
  asker.join();
  engine->stop();
  EXPECT_EQ(taken, 3);
}

TEST_F(EngineTest, a_restart_goes_on_from_what_was_stored) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(trigger("r"));
  start();
  EXPECT_EQ(trigger("r").error().code, ErrorCode::conflict);
  ASSERT_TRUE(add_worker());
  EXPECT_EQ(stored("SELECT count(*) FROM attempt"), 1);
}

TEST_F(EngineTest, a_failed_commit_is_answered_undone_and_recovered_from) {
  ASSERT_TRUE(put_dag());
  disk.disk_full(true);
  const auto answer = trigger("r");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("free space"));
  EXPECT_EQ(trigger("s").error().code, ErrorCode::unavailable) << "still full";
  disk.disk_full(false);
  Result<Answer> again = trigger("r");
  for (int i = 0; i < 100 && !again; ++i) {
    ASSERT_EQ(again.error().code, ErrorCode::unavailable);
    clock.advance(500ms);
    again = trigger("r");
  }
  ASSERT_TRUE(again) << "r was rolled back from memory as well: " << again.error().message;
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 1);
}

TEST_F(EngineTest, no_effect_of_a_failed_batch_leaves) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(add_worker());
  std::atomic<int> effects{0};
  on_effects = [&](const std::vector<Effect>& left) { effects += static_cast<int>(left.size()); };
  disk.broken(true);
  EXPECT_FALSE(trigger("r"));
  EXPECT_EQ(effects, 0);
  disk.broken(false);
}

TEST_F(EngineTest, a_question_is_asked_on_the_state) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(trigger("r"));
  Result<Explanation> why;
  EXPECT_TRUE(engine->ask([&](const Scheduler& scheduler, Now now) {
    why = scheduler.explain_task("d", "r", "t", -1, now);
  }));
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_FALSE(why->reasons.empty());
}

TEST_F(EngineTest, a_tick_comes_by_the_wall_clock) {
  ASSERT_TRUE(put_dag(R"("schedule": {"every": "1m"}, "start_date": "2026-01-01",)"));
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 0);
  clock.advance(61s);
  poke();
  poke();
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 1);
}

TEST_F(EngineTest, a_lease_ends_when_its_time_has_passed) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(add_worker());
  ASSERT_TRUE(trigger("r"));
  const auto lost = [&] { return stored("SELECT count(*) FROM attempt WHERE state = 7"); };
  pass(55s);
  EXPECT_EQ(lost(), 0);
  pass(6s);
  EXPECT_EQ(lost(), 1);
}

TEST_F(EngineTest, no_lease_ends_while_the_engine_is_absent) {
  ASSERT_TRUE(put_dag());
  ASSERT_TRUE(add_worker());
  ASSERT_TRUE(trigger("r"));
  const auto lost = [&] { return stored("SELECT count(*) FROM attempt WHERE state = 7"); };
  clock.advance(10min);
  poke();
  poke();
  EXPECT_EQ(lost(), 0);
  pass(55s);
  EXPECT_EQ(lost(), 0);
  pass(6s);
  EXPECT_EQ(lost(), 1);
}

TEST_F(EngineTest, after_stop_everything_is_unavailable) {
  engine->stop();
  engine->stop();
  EXPECT_EQ(put_dag().error().code, ErrorCode::unavailable);
  EXPECT_FALSE(engine->ask([](const Scheduler&, Now) {}));
}

TEST_F(EngineTest, stop_answers_what_is_queued) {
  std::atomic<int> answered{0};
  for (int i = 0; i < 300; ++i)
    engine->post(PutPool{{"p" + std::to_string(i), 1, false, ""}, true, "ada"},
                 [&](Result<Answer> answer) { answered += answer ? 1 : 0; });
  engine->stop();
  EXPECT_EQ(answered, 300);
  EXPECT_EQ(stored("SELECT count(*) FROM pool"), 301);
}

TEST_F(EngineTest, many_threads_are_served) {
  ASSERT_TRUE(put_dag());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, t] {
      for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(trigger("r" + std::to_string(t) + "-" + std::to_string(i)));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 200);
}

TEST(PresentClock, stands_still_while_nobody_was_there) {
  VirtualClock source;
  PresentClock clock(source);
  EXPECT_EQ(clock.read(0s).steady, 0s);
  source.advance(900ms);
  EXPECT_EQ(clock.read(0s).steady, 900ms) << "a busy moment is no absence";
  source.advance(1500ms);
  EXPECT_EQ(clock.read(1s).steady, 2400ms) << "a wait that was a little longer is none";
  source.advance(60s);
  const Now after = clock.read(1s);
  EXPECT_EQ(after.steady, 3400ms) << "only the planned second has passed";
  EXPECT_EQ(after.wall, source.now().wall) << "the wall clock is as it is";
  source.advance(100ms);
  EXPECT_EQ(clock.read(1s).steady, 3500ms);
}

TEST(SystemClock, goes_on) {
  SystemClock clock;
  const Now first = clock.now();
  const Now second = clock.now();
  EXPECT_GE(second.steady, first.steady);
  EXPECT_GT(first.wall, from_micros(1'700'000'000'000'000));
}

}  // namespace
}  // namespace weft
