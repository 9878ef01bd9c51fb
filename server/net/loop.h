#pragma once

// The event loop as others see it: one thread that owns the connections and whatever is handed to
// it. Tests put a virtual one in its place.

#include <functional>
#include <memory>

#include "base/instant.h"

namespace weft::http {

class Loop {
 public:
  using Task = std::function<void()>;

  /// Destroying it cancels the call, if that has not happened.
  class Timer {
   public:
    virtual ~Timer() = default;
  };

  virtual ~Loop() = default;

  /// Runs `task` on the loop's thread, in the order of the posts. From any thread; after the end
  /// of the loop it does nothing.
  virtual void post(Task task) = 0;

  /// Calls `task` once, `delay` from now. Only on the loop's thread, like the timer's destructor.
  virtual std::unique_ptr<Timer> after(Duration delay, Task task) = 0;

  virtual bool is_current_thread() const = 0;
};

}  // namespace weft::http
