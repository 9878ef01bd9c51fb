#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/wire/worker.h"
#include "worker/runner/kill_ladder.h"
#include "worker/runner/line_splitter.h"
#include "worker/runner/log_sink.h"
#include "worker/runner/secret_mask.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// How a main process ended, as wait4 says it.
struct ProcessEnd {
  int status = 0;
  rusage usage{};
  std::int64_t ended_at = 0;  ///< µs since 1970
};

/// One attempt while its processes live: pipes, log, how far its stopping has got.
class Attempt {
 public:
  /// `secrets` are to be masked, nullptr: none. `epoll_fd` is where the pipes are watched, and
  /// outlives the attempt.
  Attempt(const wire::Lease& lease, std::shared_ptr<const SecretPatterns> secrets,
          std::string log_path, std::int64_t max_log_bytes, int epoll_fd)
      : id(lease.attempt),
        timeout_ms(lease.timeout_ms),
        kill_grace_ms(lease.kill_grace_ms),
        skip_exit_code(lease.skip_exit_code),
        poke(lease.poke),
        log(std::move(log_path), max_log_bytes),
        epoll_fd_(epoll_fd),
        secrets_(std::move(secrets)) {
    if (secrets_) masks_ = std::vector<SecretMask>(2, SecretMask(*secrets_));
  }

  const std::int64_t id;
  const std::int64_t timeout_ms;
  const std::int64_t kill_grace_ms;
  const int skip_exit_code;
  const bool poke;
  pid_t pid = 0;
  std::int64_t started_at = 0;    ///< µs since 1970
  std::int64_t started_boot = 0;  ///< boottime µs
  bool reaped = false;
  bool clearing_up = false;  ///< ended by itself, and what it left behind is being killed
  ProcessEnd end;
  KillLadder ladder;
  int clean_looks = 0;  ///< looks at /proc in a row that found nothing of it
  std::array<UniqueFd, 2> pipes;
  LogSink log;
  std::int64_t reported_log_bytes = 0;

  /// Reads what a pipe has, some chunks at most; closes it at its end. `buffer` is scratch.
  /// Returns whether lines were added to the log.
  bool read_pipe(std::size_t stream, std::string& buffer, LogClock& clock);

  /// Takes what the pipes still hold (bounded) and closes them; ends the log.
  void close_log(std::string& buffer, LogClock& clock);

  /// The result, once reaped. Takes the log out of memory; outputs are the caller's part.
  wire::AttemptResult result();

  /// `text` without the attempt's secrets.
  std::string masked(std::string text) const;
  /// Masks outputs and error of its result; the log is masked already.
  void mask(wire::AttemptResult& result) const;

 private:
  enum class ReadEnd { more, empty, closed };
  ReadEnd read_some(std::size_t stream, int chunks, std::string& buffer, LogClock& clock);
  void split(std::size_t stream, std::string_view bytes, std::string_view time, std::string& lines);
  void end_stream(std::size_t stream, bool cut, LogClock& clock);
  void close_pipe(std::size_t stream);
  void judge_stop(wire::AttemptResult& result) const;
  void judge_exit(wire::AttemptResult& result) const;

  int epoll_fd_;
  std::shared_ptr<const SecretPatterns> secrets_;
  std::vector<SecretMask> masks_;  ///< one per stream, or none at all
  std::array<LineSplitter, 2> splitters_{LineSplitter("stdout"), LineSplitter("stderr")};
};

/// The name of a signal, e.g. "SIGTERM".
std::string signal_name(int signal);

}  // namespace weft::worker
