#pragma once

// The words between the agent (or `weft run`) and the runner: frames of a 4-byte little-endian
// length and one JSON text. Each frame carries whatever came together in one turn.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "proto/wire/worker.h"

namespace weft::worker {

inline constexpr std::size_t max_frame_bytes = 64 << 20;

/// How the runner shall serve this connection; replaces what an earlier one said.
struct RunnerConfig {
  std::int64_t max_log_bytes = 64 << 20;
  std::int64_t max_output_bytes = wire::max_output_bytes;
  std::vector<std::string> pass_env;  ///< globs of names in the runner's own environment
  bool prompt = false;                ///< starts and log growth at once: for a person who watches
  bool exit_on_disconnect = false;    ///< kill everything and exit when this connection ends
};

/// From the agent to the runner. What is absent asks for nothing.
struct RunnerCommand {
  std::optional<RunnerConfig> configure;
  std::vector<wire::Lease> run;
  std::vector<std::int64_t> cancel;   ///< stop these with their grace
  std::vector<std::int64_t> confirm;  ///< results that the server has: forget them
  std::int64_t lease_end_us = 0;      ///< boottime at which everything is killed; 0 = unchanged
  std::int64_t ping = 0;
  bool cancel_all = false;
  bool exit = false;  ///< exit now; kills what still runs
};

struct StartedAttempt {
  std::int64_t attempt = 0;
  std::int64_t started_at = 0;  ///< µs since 1970
  int pid = 0;
};

struct LogGrowth {
  std::int64_t attempt = 0;
  std::int64_t bytes = 0;  ///< length of STATE/logs/<attempt>.log by now
};

/// The runner's first word on each connection.
struct RunnerHello {
  std::string session;
  int pid = 0;
  std::int64_t acked = 0;               ///< lease numbers up to this one came here
  std::vector<StartedAttempt> running;  ///< finished ones follow in RunnerReport::finished
};

/// From the runner to the agent.
struct RunnerReport {
  std::optional<RunnerHello> hello;
  std::vector<StartedAttempt> started;
  std::vector<wire::AttemptResult> finished;  ///< repeated on each connection until confirmed
  std::vector<LogGrowth> grown;
  std::int64_t pong = 0;

  bool empty() const {
    return !hello && started.empty() && finished.empty() && grown.empty() && pong == 0;
  }
};

/// Appends one frame (two or more when the results are large).
void append_frame(std::string& out, const RunnerCommand& command);
void append_frame(std::string& out, const RunnerReport& report);

Result<RunnerCommand> runner_command_from(std::string_view json);
Result<RunnerReport> runner_report_from(std::string_view json);

/// Cuts a byte stream into frames.
class FrameReader {
 public:
  /// Where to read the next bytes to: at least `room` of them; then call `filled`.
  char* space(std::size_t room);
  void filled(std::size_t bytes) { end_ += bytes; }

  /// The next whole frame, or nullopt when more bytes are needed. Valid until `space` is called.
  /// Errors: too_large for a length that no peer of ours sends.
  Result<std::optional<std::string_view>> next();

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace weft::worker
