#pragma once

// The writer thread: inbox → batch → apply → transaction → commit → effects. The only place where
// commands become durable; nothing leaves before its commit. A newcomer starts here.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/core/scheduler/scheduler.h"
#include "server/engine/engine_stats.h"

namespace weft {

namespace storage {
class Writer;
}

/// Where the time comes from. The real one is steady_clock and system_clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() = 0;
};

struct EngineOptions {
  SchedulerConfig scheduler;
  std::size_t max_inbox = 10'000;  ///< full: post() answers unavailable
  std::size_t max_batch = 256;     ///< commands in one transaction
  std::shared_ptr<EngineStats> stats = std::make_shared<EngineStats>();  ///< written by this engine
};

/// Thread safe. Owned by server/daemon.
class Engine {
 public:
  /// Called on the engine thread after the commit, at most once. Must not block.
  using Reply = std::function<void(Result<Answer>)>;
  /// All effects of a committed batch, in order, before its replies. Must not block.
  using EffectSink = std::function<void(std::vector<Effect>)>;
  /// After each commit that changed rows, before its replies: wakes what follows the state (waits,
  /// event streams). Must not block.
  using CommitSink = std::function<void()>;
  using Question = std::function<void(const Scheduler&, Now)>;
  /// Writes rows. Called on the engine thread inside of a transaction of its own.
  using Write = std::function<Result<void>(storage::Writer&, Now)>;

  /// `writer` and `clock` must outlive it. Rebuilds the scheduler from storage before it returns.
  static Result<std::unique_ptr<Engine>> start(EngineOptions options, storage::Writer& writer,
                                               Clock& clock, EffectSink effects,
                                               CommitSink committed);
  virtual ~Engine() = default;

  /// Queues a command; `reply` may be empty. When the queue is full or the engine is stopping, the
  /// reply is called at once, on the caller's thread, with `unavailable`. If a write or the commit
  /// fails, every command of the batch answers `unavailable` and the state is rebuilt.
  virtual void post(Command command, Reply reply) = 0;
  /// post and wait. Not from the engine thread or an event loop.
  virtual Result<Answer> call(Command command) = 0;
  /// A read-only question on the engine thread, between commands; waits for it. False when
  /// stopping, when too many are waiting, and while the storage fails.
  virtual bool ask(Question question) = 0;
  /// For rows that no rule of the scheduler reads: all of them or none, durable when it returns.
  /// Not from the engine thread or an event loop. Errors: `write`'s own; unavailable when it cannot
  /// be stored, and where `ask` says no.
  virtual Result<void> write(const Write& write) = 0;
  /// Applies PrepareStop and what is queued, commits, ends the thread. Idempotent.
  virtual void stop() = 0;
};

}  // namespace weft
