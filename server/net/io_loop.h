#pragma once

#include <memory>

#include "server/net/loop.h"

namespace boost::asio {
class io_context;
}

namespace weft::http {

/// The real loop: one io_context and one thread. Made before the server that listens on it and
/// destroyed after it.
class IoLoop : public Loop {
 public:
  IoLoop();
  ~IoLoop() override;

  /// Starts the thread. What was posted before runs first.
  void start();
  /// Ends the thread after the task that runs now; what is still queued is dropped. Idempotent.
  void stop();

  void post(Task task) override;
  std::unique_ptr<Timer> after(Duration delay, Task task) override;
  bool is_current_thread() const override;

  boost::asio::io_context& context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::http
