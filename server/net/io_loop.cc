#include "server/net/io_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace weft::http {

namespace asio = boost::asio;

struct IoLoop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
  std::mutex mutex;
  std::vector<Task> inbox;  ///< guarded by mutex

  void drain() {
    std::vector<Task> tasks;
    {
      const std::lock_guard lock(mutex);
      tasks.swap(inbox);
    }
    for (Task& task : tasks) task();
  }
};

namespace {

class IoTimer : public Loop::Timer {
 public:
  IoTimer(asio::io_context& context, Duration delay, Loop::Task task) : timer_(context, delay) {
    timer_.async_wait([task = std::move(task)](const boost::system::error_code& error) {
      if (!error) task();
    });
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}

IoLoop::~IoLoop() {
  stop();
}

void IoLoop::start() {
  impl_->thread = std::thread([impl = impl_.get()] { impl->context.run(); });
}

void IoLoop::stop() {
  impl_->work.reset();
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void IoLoop::post(Task task) {
  bool was_empty = false;
  {
    const std::lock_guard lock(impl_->mutex);
    was_empty = impl_->inbox.empty();
    impl_->inbox.push_back(std::move(task));
  }
  // One wake-up for all that gathers until the loop comes round.
  if (was_empty) {
    asio::post(impl_->context, [impl = impl_.get()] { impl->drain(); });
  }
}

std::unique_ptr<Loop::Timer> IoLoop::after(Duration delay, Task task) {
  return std::make_unique<IoTimer>(impl_->context, delay, std::move(task));
}

bool IoLoop::is_current_thread() const {
  return impl_->context.get_executor().running_in_this_thread();
}

asio::io_context& IoLoop::context() {
  return impl_->context;
}

}  // namespace weft::http
