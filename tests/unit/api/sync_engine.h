#pragma once

// An engine without a thread: a command is applied, written and committed before call() returns.
// The same scheduler and storage as the real one, in virtual time.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/engine/engine.h"
#include "server/storage/writer.h"

namespace weft::test {

class ManualClock final : public Clock {
 public:
  Now now() override { return now_; }
  void advance(Duration by) {
    now_.wall += by;
    now_.steady += by;
  }
  /// Somebody sets the clock.
  void set_forward(Duration by) { now_.wall += by; }
  void set_back(Duration by) { now_.wall -= by; }

 private:
  Now now_{from_micros(1'767'225'600'000'000), std::chrono::hours(1)};  // 2026-01-01T00:00:00Z
};

class SyncEngine final : public Engine {
 public:
  SyncEngine(storage::Writer& writer, Clock& clock)
      : writer_(writer), clock_(clock), scheduler_({}, writer, snapshot(writer), clock.now()) {}

  void post(Command command, Reply reply) override {
    auto answer = call(std::move(command));
    if (reply) reply(std::move(answer));
  }

  Result<Answer> call(Command command) override {
    if (before_call) before_call(command);
    const std::lock_guard lock(mutex_);
    ++turns;
    if (is_stopped_) return fail(ErrorCode::unavailable, "stopping");
    writer_.begin();
    auto applied = scheduler_.apply(command, clock_.now());
    StateTally tally;
    for (const auto& row : applied.changes.rows) {
      if (auto written = writer_.write(row); !written) return rolled_back(written.error());
      if (const auto* event = std::get_if<EventRow>(&row)) tally.note(*event);
    }
    if (auto committed = writer_.commit(); !committed) return rolled_back(committed.error());
    ++commits;
    stats->commands.add();
    stats->add(tally);
    for (auto& effect : applied.changes.effects) effects.push_back(std::move(effect));
    return std::move(applied.answer);
  }

  bool ask(Question question) override {
    const std::lock_guard lock(mutex_);
    ++turns;
    if (is_stopped_) return false;
    question(scheduler_, clock_.now());
    return true;
  }

  Result<void> write(const Write& write) override {
    const std::lock_guard lock(mutex_);
    ++turns;
    if (is_stopped_) return fail(ErrorCode::unavailable, "stopping");
    writer_.begin();
    auto done = write(writer_, clock_.now());
    if (done) done = writer_.commit();
    if (done)
      ++commits;
    else
      writer_.rollback();
    return done;
  }

  void stop() override { is_stopped_ = true; }

  /// On the caller's thread, which then waits for its turn; for tests that have several.
  std::function<void(const Command&)> before_call;
  std::vector<Effect> effects;  ///< of all commands so far
  std::atomic<std::uint64_t> commits = 0;
  std::atomic<int> turns = 0;  ///< how often somebody wanted something of it
  const std::shared_ptr<EngineStats> stats = std::make_shared<EngineStats>();

 private:
  static Snapshot snapshot(storage::Writer& writer) { return writer.load_snapshot().value(); }
  Result<Answer> rolled_back(const Error& error) {
    writer_.rollback();
    return tl::unexpected<Error>(error);
  }

  storage::Writer& writer_;
  Clock& clock_;
  std::mutex mutex_;
  Scheduler scheduler_;
  bool is_stopped_ = false;
};

}  // namespace weft::test
