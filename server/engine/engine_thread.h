#pragma once

#include <thread>

#include "server/engine/engine_clock.h"
#include "server/engine/inbox.h"

namespace weft {

/// The Engine. One turn of its loop:
///
///   take all that waits → apply and write, in batches → timers that were due when it was taken
///        ▲                                    │ commit: effects, replies, commit sink
///        └── rebuild from storage ◄───────────┘ a write or the commit failed
class EngineThread final : public Engine {
 public:
  EngineThread(EngineOptions options, storage::Writer& writer, Clock& clock, EffectSink effects,
               CommitSink committed);
  ~EngineThread() override;

  /// Builds the scheduler and starts the thread.
  Result<void> begin();

  void post(Command command, Reply reply) override;
  Result<Answer> call(Command command) override;
  bool ask(Question question) override;
  void stop() override;

 private:
  /// What leaves after the commit.
  struct Outcome {
    std::vector<Effect> effects;
    std::vector<std::pair<Reply, Result<Answer>>> replies;
    bool changed_rows = false;
  };
  using Commands = std::vector<PostedCommand>;

  void loop();
  void turn();
  Duration time_to_deadline() const;
  bool timers_are_due() const;
  void answer_questions();

  void run_commands(Commands& commands, bool timers_follow);
  Result<void> apply(const Command& command, Reply reply, Outcome& outcome);
  Result<void> commit(Outcome& outcome);
  template <class Fill>
  bool run_batch(Fill fill);

  Result<void> build();
  void fail_batch(const Error& error, Outcome& outcome);
  void refuse(Commands& commands, std::size_t from);
  void try_to_recover();
  void shut_down();

  const EngineOptions options_;
  storage::Writer& writer_;
  PresentClock clock_;
  const EffectSink effects_;
  const CommitSink committed_;
  Inbox inbox_;

  // Only the engine thread's, once it runs:
  std::unique_ptr<Scheduler> scheduler_;  ///< null: storage failed, waiting to rebuild
  InboxContents taken_;
  Now now_{};
  Duration planned_wait_{};
  Duration backoff_{};
  Duration retry_at_{};
  bool ended_ = false;

  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace weft
