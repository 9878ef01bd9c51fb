#pragma once

#include <thread>

#include "server/engine/engine_clock.h"
#include "server/engine/engine_core.h"
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
  Result<void> write(const Write& write) override;
  void stop() override;

 private:
  void loop();
  void turn();
  Duration time_to_deadline() const;
  bool timers_are_due() const;
  void answer_questions();

  void shut_down();

  storage::Writer& writer_;
  PresentClock clock_;
  const std::shared_ptr<EngineStats> stats_;
  Inbox inbox_;

  // Only the engine thread's, once it runs:
  EngineCore core_;
  InboxContents taken_;
  Now now_{};
  Duration planned_wait_{};
  bool ended_ = false;

  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace weft
