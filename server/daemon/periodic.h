#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/instant.h"

namespace weft::daemon {

/// Does something again and again on a thread of its own, for the first time after `first`.
class Periodic {
 public:
  Periodic(Duration first, Duration every, std::function<void()> work);
  ~Periodic() { stop(); }
  Periodic(const Periodic&) = delete;

  /// Waits for what is under way. Idempotent.
  void stop();

 private:
  void loop(Duration first, Duration every);

  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace weft::daemon
