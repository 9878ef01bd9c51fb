#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace weft::worker {

/// What a child is made of. All pointers must stay valid during the call.
struct SpawnRequest {
  const char* program = nullptr;  ///< path of the file to exec
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* cwd = nullptr;
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  const rlimit* open_files = nullptr;  ///< RLIMIT_NOFILE of the child; nullptr = the caller's
};

/// Which step of a spawn the kernel refused.
enum class SpawnStep { clone, chdir, exec };

struct SpawnFailure {
  SpawnStep step{};
  int error = 0;  ///< errno
};

/// Starts a process without copying the address space, as vfork does: the caller stands still until
/// the child execs or fails. The child leads a new session and process group, gets an empty signal
/// mask, and dies by SIGKILL when the calling thread dies.
/// REQUIRES: every other descriptor of the caller is close-on-exec; no ignored signal in the caller
/// (exec would keep it ignored); one calling thread.
tl::expected<pid_t, SpawnFailure> spawn(const SpawnRequest& request);

/// Remembers where commands were found in a PATH, so that a spawn costs no search.
class CommandFinder {
 public:
  /// The file that `command` names: itself when it has a slash, else the first executable file of
  /// that name in `search_path`. Errors: not_found.
  Result<std::string> find(const std::string& command, std::string_view search_path);

  /// What was found may have moved.
  void forget() { found_.clear(); }

 private:
  std::map<std::pair<std::string, std::string>, std::string, std::less<>> found_;
};

}  // namespace weft::worker
