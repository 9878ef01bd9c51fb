#pragma once

// The runner: the process that owns all attempts of a worker. It is a mode of the weft binary,
// started once by the agent (or by `weft run`), and outlives it. Start reading at
// worker/runner/supervisor.h; runner.cc is its loop.

#include <chrono>
#include <string>

namespace weft::worker {

/// In a state folder: runner.sock, runner.lock, session, logs/, outputs/, scratch/.
struct RunnerOptions {
  std::string state_dir;                         ///< made when it doesn't exist
  std::chrono::milliseconds idle_exit{300'000};  ///< with nobody connected and nothing to keep
};

/// Runs until told to exit or idle for long enough. Returns the process's exit code: 0, or 1 after
/// a message on stderr. When the environment has WEFT_READY_FD, one byte goes to that descriptor
/// once connections are accepted. REQUIRES: the only thread of the process.
int run_runner(const RunnerOptions& options);

}  // namespace weft::worker
