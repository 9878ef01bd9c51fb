#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::daemon {

/// A child process that can be started again. It has a process group of its own, so that a ^C at
/// the terminal reaches only its parent, and of the parent's open files only the three standard
/// ones: what it starts in turn may outlive the parent, and must not keep its port. Main thread
/// only.
class Child {
 public:
  struct Spec {
    std::vector<std::string> arguments;  ///< the first is the program
  };

  explicit Child(Spec spec) : spec_(std::move(spec)) {}
  /// Leaves a running one alone.
  ~Child() = default;

  /// Errors: unavailable, with the reason.
  Result<void> start();
  bool is_running() const { return pid_ > 0; }
  void send(int signal) const;
  /// Its exit code (128 + signal when one ended it), once, if it has ended.
  std::optional<int> reap();

 private:
  Spec spec_;
  pid_t pid_ = 0;
};

}  // namespace weft::daemon
