#pragma once

// The agent's hold on its runner: finds or starts it, notices when it is gone or silent, and
// makes sure that nothing of a dead one is left.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "worker/agent/runner_silence.h"
#include "worker/runner/client.h"
#include "worker/runner/leftovers.h"

namespace weft::worker {

class RunnerLink {
 public:
  RunnerLink(RunnerClientOptions options, RunnerConfig config)
      : options_(std::move(options)), config_(std::move(config)) {}

  /// Connects to the runner of the state folder, or cleans up after a dead one and starts another.
  /// Returns the sessions that were found dead. Errors: unavailable.
  Result<std::vector<std::string>> open(std::int64_t now);

  /// Whether the runner still lives although the connection ended; the new one says hello again.
  bool reconnect(std::int64_t now);

  /// What the runner said. Errors: the connection ended.
  Result<RunnerReport> take(std::int64_t now);
  /// False when it is gone.
  bool send(const RunnerCommand& command) { return client_->send(command).has_value(); }
  bool flush() { return client_->flush().has_value(); }
  bool has_unsent() const { return client_->has_unsent(); }

  /// What the server allows an attempt; for attempts that start from now on.
  void set_limits(std::int64_t max_log_bytes, std::int64_t max_output_bytes);

  /// Pings a quiet runner; false when it has been silent for too long. `lease_end` is when its
  /// attempts must be dead, in boottime µs, 0 = not known.
  bool check(std::int64_t now, std::int64_t lease_end);
  /// When check must be called next.
  std::int64_t wakeup() const { return silence_.wakeup(); }

  /// Kills the runner and all that is left of its attempts. Returns false when something survives.
  bool bury();

  int fd() const { return client_->fd(); }
  /// Attempts that run by all it said, with their processes.
  const std::map<std::int64_t, pid_t>& running() const { return running_; }

 private:
  void connected(RunnerClient client, std::int64_t now);

  RunnerClientOptions options_;
  RunnerConfig config_;
  std::optional<RunnerClient> client_;
  std::string session_;
  std::map<std::int64_t, pid_t> running_;
  RunnerSilence silence_;
};

}  // namespace weft::worker
