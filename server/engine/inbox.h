#pragma once

// The bounded queue between everybody and the engine thread: a vector that the thread swaps for
// an empty one.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"

namespace weft {

struct PostedCommand {
  Command command;
  Engine::Reply reply;  ///< may be empty
};

/// Lives in Engine::ask, which waits for `answered`.
struct AskedQuestion {
  const Engine::Question* question = nullptr;
  bool answered = false;
  bool was_asked = false;  ///< the question was called
};

/// What the engine thread took out at once.
struct InboxContents {
  std::vector<PostedCommand> commands;
  std::vector<AskedQuestion*> questions;
  bool closed = false;
};

/// Thread safe.
class Inbox {
 public:
  /// `stats` gets its size and the lag, and must outlive it.
  Inbox(std::size_t max_commands, EngineStats& stats)
      : max_commands_(max_commands), stats_(stats) {}

  enum class Pushed { yes, full, closed };
  /// Leaves `command` as it is unless the answer is yes.
  Pushed push(PostedCommand& command);
  /// Waits until the engine thread has answered it; false when it is closed or there was no answer.
  bool ask(const Engine::Question& question);

  /// Waits at most `timeout` until there is something, then swaps it into `contents`, whose
  /// vectors must be empty.
  void take(Duration timeout, InboxContents& contents);
  /// Wakes the askers.
  void answer(const std::vector<AskedQuestion*>& questions, bool was_asked);
  /// From now on nothing comes in.
  void close();

 private:
  const std::size_t max_commands_;
  EngineStats& stats_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable answered_;
  std::vector<PostedCommand> commands_;
  std::chrono::steady_clock::time_point first_came_;  ///< of `commands_`
  std::vector<AskedQuestion*> questions_;
  bool closed_ = false;
};

}  // namespace weft
