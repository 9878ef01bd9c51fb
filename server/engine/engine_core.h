#pragma once

// What a batch is: apply, write, commit, and only then let anything out. Without a thread and
// without a clock, so that the simulation runs the very code that the server runs.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "server/engine/engine.h"
#include "server/engine/inbox.h"

namespace weft {

/// Single-threaded; owned by EngineThread, or by the simulation.
class EngineCore {
 public:
  /// Looks at each step after it was applied and before it is written (the simulation's checker).
  using Observer = std::function<void(const Command&, const Applied&)>;

  EngineCore(EngineOptions options, storage::Writer& writer, Engine::EffectSink effects,
             Engine::CommitSink committed);

  /// Builds the scheduler from storage. Errors: as Writer::load_snapshot.
  Result<void> build(Now now);

  /// Null while the storage has failed: try_to_recover() is due at retry_at().
  const Scheduler* scheduler() const { return scheduler_.get(); }
  /// Runs the commands in batches, then the timers if `fire_timers`; answers each command. If a
  /// batch fails, its commands and all behind it answer unavailable.
  void run(std::vector<PostedCommand>& commands, bool fire_timers, Now now);
  /// As Engine::write, now. The scheduler stays as it is, whatever comes of it.
  Result<void> write(const Engine::Write& write, Now now);
  /// Answers all with unavailable: the storage has failed.
  void refuse(std::vector<PostedCommand>& commands, std::size_t from);

  Duration retry_at() const { return retry_at_; }
  /// Rebuilds when the storage takes writes again.
  void try_to_recover(Now now);

  void observe(Observer observer) { observer_ = std::move(observer); }

 private:
  /// What leaves after the commit.
  struct Outcome {
    std::vector<Effect> effects;
    std::vector<std::pair<Engine::Reply, Result<Answer>>> replies;
    bool changed_rows = false;
    StateTally tally;
  };

  Result<void> apply(const Command& command, Engine::Reply reply, Outcome& outcome, Now now);
  template <class Fill>
  bool run_batch(Fill fill, Now now);
  Result<void> commit(const Outcome& outcome);
  Result<void> commit(bool has_changed);
  void release(Outcome& outcome);
  void fail_batch(const Error& error, Outcome& outcome, Now now);

  const EngineOptions options_;
  storage::Writer& writer_;
  const Engine::EffectSink effects_;
  const Engine::CommitSink committed_;
  Observer observer_;
  std::unique_ptr<Scheduler> scheduler_;
  Duration backoff_{};
  Duration retry_at_{};
};

}  // namespace weft
