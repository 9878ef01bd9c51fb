#include "worker/agent/runner_link.h"

#include "worker/runner/process_table.h"
#include "worker/runner/state_dir.h"

namespace weft::worker {

void RunnerLink::connected(RunnerClient client, std::int64_t now) {
  client_.emplace(std::move(client));
  session_ = read_session(options_.state_dir);
  silence_.start(now);
  send({.configure = config_});
}

Result<std::vector<std::string>> RunnerLink::open(std::int64_t now) {
  if (auto client = RunnerClient::connect(options_.state_dir)) {
    connected(std::move(*client), now);
    return std::vector<std::string>{};
  }
  std::vector<std::string> dead;
  if (const std::string old = read_session(options_.state_dir); !old.empty()) {
    kill_leftovers({.session = old});
    dead.push_back(old);
  }
  TRY_ASSIGN(RunnerClient client, RunnerClient::start(options_));
  connected(std::move(client), now);
  return dead;
}

bool RunnerLink::reconnect(std::int64_t now) {
  auto client = RunnerClient::connect(options_.state_dir);
  if (!client) return false;
  connected(std::move(*client), now);
  return true;
}

Result<RunnerReport> RunnerLink::take(std::int64_t now) {
  TRY_ASSIGN(RunnerReport report, client_->take());
  if (report.empty()) return report;
  silence_.heard(now);
  if (report.hello) {
    session_ = report.hello->session;
    running_.clear();
    for (const StartedAttempt& started : report.hello->running)
      running_[started.attempt] = started.pid;
  }
  for (const StartedAttempt& started : report.started) running_[started.attempt] = started.pid;
  for (const wire::AttemptResult& result : report.finished) running_.erase(result.attempt);
  return report;
}

void RunnerLink::set_limits(std::int64_t max_log_bytes, std::int64_t max_output_bytes) {
  if (config_.max_log_bytes == max_log_bytes && config_.max_output_bytes == max_output_bytes)
    return;
  config_.max_log_bytes = max_log_bytes;
  config_.max_output_bytes = max_output_bytes;
  send({.configure = config_});
}

bool RunnerLink::check(std::int64_t now, std::int64_t lease_end) {
  const auto is_stopped = [this] {
    const auto process = read_process(client_->runner_pid());
    return !process || !process->is_alive() || process->is_stopped();
  };
  switch (silence_.check(now, lease_end, is_stopped)) {
    case RunnerSilence::Verdict::fine: return true;
    case RunnerSilence::Verdict::ping: return send({.ping = now});
    case RunnerSilence::Verdict::gone: break;
  }
  return false;
}

bool RunnerLink::bury() {
  DeadRunner dead{.session = session_};
  dead.pid = client_ ? client_->runner_pid() : 0;
  for (const auto& [attempt, pid] : running_) dead.mains.insert(pid);
  client_.reset();
  running_.clear();
  return kill_leftovers(dead);
}

}  // namespace weft::worker
