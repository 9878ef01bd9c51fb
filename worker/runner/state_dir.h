#pragma once

#include <string>

#include "base/result.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// The runner's hold on a state folder: one runner at a time, one session per life.
///
/// No lease is ever written there, and so no environment and no secret of one: leases come over the
/// socket, live in memory and go with their worker; spool/ has results and logs/ has lines of which
/// both are masked before they leave the runner. Only outputs/ has what a task wrote as it wrote
/// it, until the runner takes and removes it when the attempt ends, or the next runner when it
/// starts. The folder is its owner's alone.
class StateDir {
 public:
  /// Makes what is missing in `path`, takes runner.lock (which then holds this
  /// process's id), removes what a former runner left, and
  /// writes a new session id to the file `session`. Errors: conflict when another runner lives.
  static Result<StateDir> take(const std::string& path);

  const std::string& path() const { return path_; }  ///< absolute
  const std::string& session() const { return session_; }
  std::string socket_path() const { return path_ + "/runner.sock"; }

 private:
  std::string path_;
  std::string session_;
  UniqueFd lock_;
};

/// Makes the folder and its subfolders; returns the absolute path.
Result<std::string> make_state_dir(const std::string& path);

/// Takes an exclusive lock on `path`, making the file. Errors: conflict with `who` when it is held.
Result<UniqueFd> take_lock(const std::string& path, std::string_view who);

/// The session in the state folder's file; "" when there never was a runner.
std::string read_session(const std::string& state_dir);

/// Replaces a small file such that a crash leaves the old or the new text.
Result<void> replace_file(const std::string& path, std::string_view text);

/// The whole of a small file; "" when it does not exist.
std::string read_small_file(const std::string& path);

}  // namespace weft::worker
