#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weft::http {

/// A few threads for what may block (reads of the database, log files), with a queue that ends.
/// Thread safe.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t max_queue);
  /// As stop().
  ~WorkerPool();

  /// False when the queue is full or the pool has stopped: the caller says "try again later".
  /// A task must not throw.
  bool submit(std::function<void()> task);

  /// Runs what is queued, then ends the threads. Idempotent; not from one of its threads.
  void stop();

 private:
  void run();

  const std::size_t max_queue_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;  ///< guarded by mutex_
  bool stopping_ = false;                    ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace weft::http
