#pragma once

#include <chrono>

namespace weft::daemon {

/// Signals as something to wait for. Made on the main thread before any other thread, which then
/// all leave them to it.
class Signals {
 public:
  /// Blocks SIGINT, SIGTERM, SIGHUP and SIGCHLD; ignores SIGPIPE.
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The next one.
  int wait();
  /// The next one, or 0 when none came in time.
  int wait_for(std::chrono::milliseconds limit);
};

}  // namespace weft::daemon
