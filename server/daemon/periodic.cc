#include "server/daemon/periodic.h"

#include <utility>

namespace weft::daemon {

Periodic::Periodic(Duration first, Duration every, std::function<void()> work)
    : work_(std::move(work)), thread_([this, first, every] { loop(first, every); }) {}

void Periodic::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Periodic::loop(Duration first, Duration every) {
  for (Duration wait = first;; wait = every) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_.wait_for(lock, wait, [this] { return stopping_; })) return;
    }
    work_();
  }
}

}  // namespace weft::daemon
