#pragma once

// Dispatch with an engine and a loop that do what the test says, when it says so.

#include <gmock/gmock.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "server/core/dag/parse.h"
#include "server/dispatch/dispatch.h"
#include "server/storage/writer.h"

namespace weft::dispatch::test {

/// Keeps what was posted; the test gives the replies.
class FakeEngine : public Engine {
 public:
  void post(Command command, Reply reply) override {
    posted.emplace_back(std::move(command), std::move(reply));
  }
  Result<Answer> call(Command) override { return fail(ErrorCode::internal, "not here"); }
  bool ask(Question) override { return false; }
  Result<void> write(const Write&) override { return fail(ErrorCode::unavailable, "not here"); }
  void stop() override {}

  /// The oldest command without a reply.
  template <class T>
  T take(Result<Answer> answer) {
    auto [command, reply] = std::move(posted.front());
    posted.pop_front();
    if (reply) reply(std::move(answer));
    return std::get<T>(std::move(command));
  }

  std::deque<std::pair<Command, Reply>> posted;
};

/// Virtual time; tasks run when the test turns the loop.
class FakeLoop : public http::Loop {
 public:
  void post(Task task) override { tasks_.push_back(std::move(task)); }
  bool is_current_thread() const override { return true; }
  std::unique_ptr<Timer> after(Duration delay, Task task) override {
    auto entry = std::make_shared<Entry>(Entry{now_ + delay, std::move(task)});
    timers_.push_back(entry);
    return std::make_unique<Handle>(std::move(entry));
  }
  void turn() {
    while (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  void advance(Duration by) {
    now_ += by;
    const auto timers = timers_;
    for (const auto& entry : timers) {
      if (entry->task && entry->at <= now_) std::exchange(entry->task, nullptr)();
    }
    turn();
  }

 private:
  struct Entry {
    Duration at{};
    Task task;
  };
  struct Handle : Timer {
    explicit Handle(std::shared_ptr<Entry> e) : entry(std::move(e)) {}
    ~Handle() override { entry->task = nullptr; }
    std::shared_ptr<Entry> entry;
  };
  Duration now_{};
  std::deque<Task> tasks_;
  std::vector<std::shared_ptr<Entry>> timers_;
};

class FakeLogs : public AttemptLogs {
 public:
  Result<std::int64_t> append(AttemptId attempt, const MaySpeakFor& may, std::int64_t offset,
                              std::string_view bytes) override {
    if (failure) return tl::unexpected<Error>(*failure);
    if (!may(workers[attempt.value]))
      return fail(ErrorCode::permission_denied, "leased to another worker");
    std::string& log = logs[attempt.value];
    log.resize(static_cast<std::size_t>(offset));
    log += bytes;
    return static_cast<std::int64_t>(log.size());
  }
  Result<std::string> worker_of(AttemptId attempt) override {
    const auto found = workers.find(attempt.value);
    if (found == workers.end()) return fail(ErrorCode::not_found, "never leased");
    return found->second;
  }
  void finish(AttemptId attempt) override { finished.push_back(attempt.value); }

  std::map<std::int64_t, std::string> workers;
  std::map<std::int64_t, std::string> logs;
  std::vector<std::int64_t> finished;
  std::optional<Error> failure;
};

/// Real ones, of which nothing is written.
class FakeKeys : public auth::WorkerKeys {
 public:
  FakeKeys()
      : WorkerKeys("weft_" + std::string(64, '0'),
                   [this](const Engine::Write& write) { return store(write); }, {}) {}

  bool is_broken = false;

 private:
  Result<void> store(const Engine::Write& write) {
    if (is_broken) return fail(ErrorCode::unavailable, "the disk is full");
    writer_->begin();
    auto done = write(*writer_, {from_micros(1), {}});
    writer_->rollback();
    return done;
  }

  std::unique_ptr<storage::Writer> writer_ = storage::Writer::open(":memory:").value();
};

inline std::shared_ptr<const Dag> dag_of(std::string text) {
  ParseInput input;
  input.path = "etl.dag.json";
  input.text = std::move(text);
  const ParseOutput output = parse_dag(input);
  for (const Diagnostic& diagnostic : output.diagnostics) {
    ADD_FAILURE() << diagnostic.to_string();
  }
  return output.dag;
}

inline std::shared_ptr<RunFacts> facts_of(std::shared_ptr<const Dag> dag) {
  auto facts = std::make_shared<RunFacts>();
  facts->dag_id = dag->id;
  facts->bundle = "main";
  facts->run.run_id = "scheduled__2026-01-02T00:00:00+00:00";
  facts->run.logical_date = *parse_instant("2026-01-02T00:00:00Z");
  facts->run.data_interval =
      DataInterval{*parse_instant("2026-01-01T00:00:00Z"), *parse_instant("2026-01-02T00:00:00Z")};
  facts->run.run_after = *parse_instant("2026-01-02T00:00:00Z");
  facts->run.params = resolve_params(*dag, nlohmann::json()).value();
  facts->dag = std::move(dag);
  return facts;
}

}  // namespace weft::dispatch::test
