#pragma once

// How others use a runner: the agent, and `weft run`, which needs no server.
//
//   TRY_ASSIGN(RunnerClient runner, RunnerClient::start_or_connect({.state_dir = dir}));
//   runner.send({.configure = RunnerConfig{.prompt = true, .exit_on_disconnect = true}});
//   runner.send({.run = {lease}});
//   TRY_ASSIGN(RunnerReport report, runner.wait(std::chrono::seconds(1)));

#include <chrono>
#include <string>

#include "base/result.h"
#include "worker/runner/channel.h"
#include "worker/runner/messages.h"

namespace weft::worker {

/// Where the runner lives and how to start it.
struct RunnerClientOptions {
  std::string state_dir;
  std::string binary = "/proc/self/exe";  ///< is run as `BINARY runner --state DIR`
};

/// A connection to a runner. Not thread-safe. The first report carries the hello.
class RunnerClient {
 public:
  /// Connects to the runner that lives in the state folder. Errors: unavailable when there is none.
  static Result<RunnerClient> connect(const std::string& state_dir);

  /// Starts a runner that outlives this process, then connects. Errors: unavailable, with what it
  /// wrote to STATE/runner.log.
  static Result<RunnerClient> start(const RunnerClientOptions& options);

  static Result<RunnerClient> start_or_connect(const RunnerClientOptions& options);

  /// Queues a command and writes what the socket takes. Errors: unavailable when the runner is
  /// gone.
  Result<void> send(const RunnerCommand& command);
  /// Writes what still waits; to be called when fd() is writable while has_unsent().
  Result<void> flush();
  bool has_unsent() const { return channel_.has_unsent(); }

  /// What has come, without waiting. Errors: unavailable when the runner is gone and all it said
  /// was taken.
  Result<RunnerReport> take();

  /// As take, but waits until something comes or the time is over (an empty report).
  Result<RunnerReport> wait(std::chrono::milliseconds timeout);

  /// To poll for reading.
  int fd() const { return channel_.fd(); }
  /// The runner's process.
  pid_t runner_pid() const { return channel_.peer(); }

 private:
  explicit RunnerClient(UniqueFd fd) : channel_(std::move(fd)) {}

  Channel channel_;
  bool open_ = true;
};

/// Where the log of an attempt stands once RunnerReport::grown named it, or when its result has
/// log_bytes but no log. CRI lines; the reader removes the file when it needs it no more.
std::string log_path(const std::string& state_dir, std::int64_t attempt);

}  // namespace weft::worker
