// The part of the agent's loop that streams logs to the server and removes their files.

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "worker/agent/agent_loop.h"
#include "worker/agent/refusal.h"
#include "worker/runner/clock.h"
#include "worker/runner/line_splitter.h"

namespace weft::worker {

namespace fs = std::filesystem;

bool AgentLoop::read_log(const LogCall& call, std::string& bytes) {
  const UniqueFd fd(open(log_path(state_dir_, call.attempt).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return false;
  bytes.resize(static_cast<std::size_t>(call.length));
  const ssize_t got = pread(fd.get(), bytes.data(), bytes.size(), call.offset);
  if (got > 0) bytes.resize(static_cast<std::size_t>(got));
  return got > 0;
}

void AgentLoop::send_logs() {
  if (!protocol_.is_active()) return;
  while (const auto call = logs_.next_call(now_)) {
    HttpRequest request;
    if (!read_log(*call, request.body)) {
      logs_.failed(call->attempt, true, now_);
      continue;
    }
    request.id = ++last_request_;
    request.method = "PUT";
    request.path =
        fmt::format("/api/worker/v1/attempts/{}/log?offset={}", call->attempt, call->offset);
    request.content_type = "application/octet-stream";
    request.timeout_ms = 30'000;
    in_flight_.emplace(request.id, LogInFlight{call->attempt});
    http_.start(std::move(request));
  }
}

void AgentLoop::remove_done_logs() {
  for (const std::int64_t attempt : logs_.take_done())
    unlink(log_path(state_dir_, attempt).c_str());
}

/// Logs of attempts that an earlier agent handed in before their logs were through.
void AgentLoop::adopt_forgotten_logs() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(state_dir_ + "/logs", ignored)) {
    const std::int64_t attempt = std::strtoll(entry.path().filename().c_str(), nullptr, 10);
    if (entry.path().extension() != ".log" || attempt <= 0) continue;
    if (runner_.running().contains(attempt) || waiting_for_log_.contains(attempt)) continue;
    logs_.finished(attempt, static_cast<std::int64_t>(entry.file_size(ignored)), now_);
  }
}

/// The tail that a dead runner had in memory is lost: the log says so.
void AgentLoop::close_logs_of_the_lost() {
  LogClock clock;
  for (const auto& [attempt, pid] : runner_.running()) {
    const UniqueFd fd(open(log_path(state_dir_, attempt).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!fd) continue;
    const std::string line =
        fmt::format("{} stderr F [weft: the runner died; the end of this log may be missing]\n",
                    clock.format(walltime_us()));
    [[maybe_unused]] const ssize_t wrote = write(fd.get(), line.data(), line.size());
    logs_.finished(attempt, lseek(fd.get(), 0, SEEK_END), now_);
  }
}

void AgentLoop::on_log_answer(std::int64_t attempt, const HttpAnswer& answer) {
  if (answer.status == 200) {
    if (const auto response = wire::log_response_from(answer.body))
      return logs_.answered(attempt, response->next_offset);
  }
  const Refusal refusal = refusal_of(answer.status, answer.body);
  if (refusal == Refusal::too_large_on_the_way) return logs_.too_large(attempt, now_);
  // A token that is refused is the protocol's affair; the log waits.
  const bool is_refused = refusal != Refusal::passing && refusal != Refusal::unknown_token;
  logs_.failed(attempt, is_refused, now_);
}

}  // namespace weft::worker
