#include "worker/runner/attempt.h"

#include <sys/epoll.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/instant.h"
#include "worker/runner/clock.h"

namespace weft::worker {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr int chunks_in_a_turn = 4;    // then the other attempts have theirs
constexpr int chunks_at_the_end = 64;  // more than any pipe holds

std::string duration_text(std::int64_t ms) {
  return format_duration(std::chrono::milliseconds(ms));
}

/// The text of the last line of a log (CRI: time, stream, F or P, text).
std::string last_line(std::string_view log) {
  if (log.ends_with('\n')) log.remove_suffix(1);
  log.remove_prefix(log.rfind('\n') + 1);
  for (int i = 0; i < 3; ++i) {
    const std::size_t space = log.find(' ');
    if (space == std::string_view::npos) return {};
    log.remove_prefix(space + 1);
  }
  return std::string(log);
}

}  // namespace

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

/// A child that was just cloned has copies of all our descriptors until the kernel is through with
/// its exec: closing alone would leave the pipe in the epoll set for so long, always ready.
void Attempt::close_pipe(std::size_t stream) {
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, pipes[stream].get(), nullptr);
  pipes[stream].reset();
}

/// Appends the lines that `bytes` complete. Secrets are masked before anything is cut into lines,
/// so before the log is cut to its head and tail.
void Attempt::split(std::size_t stream, std::string_view bytes, std::string_view time,
                    std::string& lines) {
  if (masks_.empty()) return splitters_[stream].feed(bytes, time, lines);
  std::string masked;
  masks_[stream].feed(bytes, masked);
  splitters_[stream].feed(masked, time, lines);
}

/// `cut`: the stream may have gone on, so what looks like the beginning of a secret may be one.
void Attempt::end_stream(std::size_t stream, bool cut, LogClock& clock) {
  const std::string_view time = clock.format(walltime_us());
  std::string rest, lines;
  if (!masks_.empty()) {
    if (cut)
      masks_[stream].cut(rest);
    else
      masks_[stream].finish(rest);
    splitters_[stream].feed(rest, time, lines);
  }
  splitters_[stream].finish(time, lines);
  log.append(lines);
  close_pipe(stream);
}

Attempt::ReadEnd Attempt::read_some(std::size_t stream, int chunks, std::string& buffer,
                                    LogClock& clock) {
  std::string lines;
  ReadEnd end = ReadEnd::more;
  buffer.resize(chunk_bytes);
  for (int i = 0; i < chunks && end == ReadEnd::more; ++i) {
    const ssize_t got = read(pipes[stream].get(), buffer.data(), chunk_bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      end = got < 0 && errno == EAGAIN ? ReadEnd::empty : ReadEnd::closed;
      break;
    }
    split(stream, {buffer.data(), static_cast<std::size_t>(got)}, clock.format(walltime_us()),
          lines);
    log.append(lines);
    lines.clear();
  }
  // Whom we killed was perhaps about to write more.
  const bool is_killed = clearing_up || ladder.step() == KillLadder::Step::killing;
  if (end == ReadEnd::closed) end_stream(stream, is_killed, clock);
  return end;
}

bool Attempt::read_pipe(std::size_t stream, std::string& buffer, LogClock& clock) {
  if (!pipes[stream]) return false;
  const std::int64_t before = log.bytes();
  read_some(stream, chunks_in_a_turn, buffer, clock);
  return log.bytes() != before;
}

void Attempt::close_log(std::string& buffer, LogClock& clock) {
  for (const std::size_t stream : {0, 1}) {
    if (!pipes[stream]) continue;
    if (read_some(stream, chunks_at_the_end, buffer, clock) == ReadEnd::closed) continue;
    // Somebody who escaped still holds the other end; what he writes now is nobody's.
    end_stream(stream, true, clock);
  }
  log.finish(clock.format(walltime_us()));
}

void Attempt::judge_stop(wire::AttemptResult& result) const {
  const bool by_force = ladder.step() == KillLadder::Step::killing && kill_grace_ms > 0;
  const std::string how =
      by_force ? fmt::format("; it did not end within its kill_grace of {} and was killed",
                             duration_text(kill_grace_ms))
               : "";
  switch (ladder.reason()) {
    case StopReason::timeout:
      result.outcome = AttemptState::timed_out;
      result.error =
          fmt::format("the execution_timeout of {} passed{}", duration_text(timeout_ms), how);
      return;
    case StopReason::cancelled:
      result.outcome = AttemptState::cancelled;
      result.error = "cancelled" + how;
      return;
    case StopReason::lease_ended:
      result.outcome = AttemptState::lost;
      result.error = "killed because the server could not be reached before the lease ended";
      return;
    case StopReason::none: return;
  }
}

void Attempt::judge_exit(wire::AttemptResult& result) const {
  if (result.exit_code == 0) {
    result.outcome = AttemptState::success;
  } else if (poke && result.exit_code == wire::not_yet_exit_code) {
    result.outcome = AttemptState::rescheduled;
  } else if (poke) {
    result.outcome = AttemptState::failed;
    result.error = result.exit_code >= 0
                       ? "the poke failed: see its log"
                       : fmt::format("the poke was killed by {}", signal_name(result.signal));
  } else if (result.exit_code == skip_exit_code && result.exit_code > 0) {
    result.outcome = AttemptState::skipped;
  } else {
    result.outcome = AttemptState::failed;
    result.error = result.exit_code >= 0 ? fmt::format("exited with code {}", result.exit_code)
                                         : fmt::format("killed by {}", signal_name(result.signal));
  }
}

wire::AttemptResult Attempt::result() {
  wire::AttemptResult result;
  result.attempt = id;
  result.pid = pid;
  result.started_at = started_at;
  result.ended_at = end.ended_at;
  if (WIFEXITED(end.status)) result.exit_code = WEXITSTATUS(end.status);
  if (WIFSIGNALED(end.status)) result.signal = WTERMSIG(end.status);
  const auto micros = [](const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  result.cpu_us = micros(end.usage.ru_utime) + micros(end.usage.ru_stime);
  result.max_rss_kb = end.usage.ru_maxrss;
  if (ladder.reason() != StopReason::none)
    judge_stop(result);
  else
    judge_exit(result);
  result.log_bytes = log.bytes();
  if (!log.in_file()) result.log = log.take_memory();
  // What it saw is said by its last line; a log for each of thousands of looks would help nobody.
  if (result.outcome == AttemptState::rescheduled && !log.in_file()) {
    result.error = last_line(result.log);
    result.log.clear();
    result.log_bytes = 0;
  }
  return result;
}

std::string Attempt::masked(std::string text) const {
  return secrets_ ? secrets_->masked(text) : text;
}

void Attempt::mask(wire::AttemptResult& result) const {
  if (!secrets_) return;
  result.outputs = secrets_->masked_json(result.outputs);
  result.error = secrets_->masked(result.error);
}

}  // namespace weft::worker
