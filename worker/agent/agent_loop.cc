#include "worker/agent/agent_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>

#include <fmt/format.h>

#include "worker/agent/worker_key.h"
#include "worker/runner/clock.h"
#include "worker/runner/state_dir.h"

namespace weft::worker {
namespace {

enum LoopEvent : std::uint64_t { signal_event = 1, runner_event = 2 };

constexpr std::int64_t log_limit_at_end = 30 * second;

void note(std::string_view text) {
  std::fprintf(stderr, "worker: %.*s\n", static_cast<int>(text.size()), text.data());
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

WorkerIdentity identity_from(const AgentOptions& options, const std::string& state_dir,
                             bool has_key) {
  WorkerIdentity identity;
  identity.name = worker_name(options.name);
  identity.host = host_name();
  identity.version = options.version;
  identity.slots = options.slots;
  identity.queues = options.queues;
  identity.has_key = has_key;
  identity.has_token = !options.token.empty();
  identity.database_id = trimmed(read_small_file(state_dir + "/database"));
  return identity;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream in(read_small_file(path));
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

std::uint64_t seed_of_this_process() {
  return static_cast<std::uint64_t>(getpid()) * 1'000'003 +
         static_cast<std::uint64_t>(walltime_us());
}

UniqueFd signal_fd() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

AgentLoop::AgentLoop(const AgentOptions& options, std::string state_dir, std::string key)
    : state_dir_(std::move(state_dir)),
      name_(worker_name(options.name)),
      join_token_(options.token),
      drain_limit_(options.drain_limit),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      signals_(signal_fd()),
      http_(options.server_url, options.ca_cert, key.empty() ? join_token_ : key, epoll_.get()),
      protocol_(identity_from(options, state_dir_, !key.empty()), seed_of_this_process()),
      spool_(state_dir_ + "/spool/results"),
      runner_({.state_dir = state_dir_, .binary = options.binary}, {.pass_env = options.pass_env}),
      dead_sessions_(lines_of(state_dir_ + "/dead_sessions")),
      database_id_(trimmed(read_small_file(state_dir_ + "/database"))) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = signal_event}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, signals_.get(), &event);
}

int AgentLoop::run() {
  now_ = boottime_us();
  protocol_.restore(dead_sessions_, spool_.load());
  open_runner();
  while (!ended_) {
    turn();
    if (!ended_) wait();
  }
  if (exit_ && !exit_->message.empty()) note(exit_->message);
  return exit_ ? exit_->code : 0;
}

void AgentLoop::open_runner() {
  auto dead = runner_.open(now_);
  if (!dead) return end({1, dead.error().message});
  for (const std::string& session : *dead) {
    dead_sessions_.push_back(session);
    protocol_.add_dead_session(session);
  }
  if (!dead->empty()) save_dead_sessions();
  watch_runner();
}

void AgentLoop::watch_runner() {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = runner_event}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, runner_.fd(), &event);
  waits_for_room_ = false;
}

void AgentLoop::end(AgentExit exit) {
  exit_ = std::move(exit);
  ended_ = true;
}

void AgentLoop::save_dead_sessions() {
  std::string text;
  for (const std::string& session : dead_sessions_) text += session + "\n";
  if (const auto saved = replace_file(state_dir_ + "/dead_sessions", text); !saved)
    note(saved.error().message);
}

void AgentLoop::wait() {
  std::int64_t wakeup = std::min(logs_.wakeup(), http_.wakeup());
  wakeup =
      exit_ ? std::min(wakeup, end_by_) : std::min({wakeup, protocol_.wakeup(), runner_.wakeup()});
  const std::int64_t ms =
      std::clamp<std::int64_t>((wakeup - boottime_us() + 999) / 1000, 0, 60'000);
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_.get(), events.data(), events.size(), static_cast<int>(ms));
  now_ = boottime_us();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 & HttpClient::event_tag)
      http_.on_event(event.data.u64, event.events);
    else if (event.data.u64 == signal_event)
      on_signal();
  }
  http_.on_timeout(now_);
}

/// One turn: take in all there is, let the protocol decide, do what it says.
void AgentLoop::turn() {
  if (!exit_) hear_runner();
  if (ended_) return;
  hear_server();
  release_results();
  if (!exit_) apply(protocol_.advance(now_));
  send_logs();
  remove_done_logs();
  if (ended_ || !exit_) return;
  if (exit_->code != 0 || logs_.is_idle() || now_ >= end_by_) ended_ = true;
}

void AgentLoop::on_signal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (++signals_seen_ == 1) {
      note(
          fmt::format("draining: no new tasks; what runs may go on for up to {} s; a second "
                      "signal cancels it",
                      drain_limit_.count()));
      protocol_.drain(now_, drain_limit_.count() * second);
    } else {
      note("cancelling what runs");
      protocol_.cancel_all();
    }
  }
}

void AgentLoop::hear_runner() {
  while (!ended_) {
    auto report = runner_.take(now_);
    if (!report) {
      if (!runner_.reconnect(now_)) return lose_runner("the runner is gone");
      watch_runner();
      continue;
    }
    if (report->empty()) break;
    on_report(std::move(*report));
  }
  if (!ended_ && !runner_.check(now_, protocol_.lease_end())) lose_runner("the runner is silent");
}

void AgentLoop::on_report(RunnerReport report) {
  if (report.hello) protocol_.runner_up(*report.hello);
  for (const StartedAttempt& started : report.started) protocol_.attempt_started(started, now_);
  for (const LogGrowth& growth : report.grown) logs_.grown(growth.attempt, growth.bytes);
  for (wire::AttemptResult& result : report.finished) on_finished(std::move(result));
}

void AgentLoop::on_finished(wire::AttemptResult result) {
  if (result.log_bytes == 0 || !result.log.empty()) {
    logs_.dropped(result.attempt);
    return protocol_.attempt_finished(std::move(result));
  }
  logs_.finished(result.attempt, result.log_bytes, now_);
  waiting_for_log_[result.attempt] = std::move(result);
}

void AgentLoop::release_results() {
  for (const std::int64_t attempt : logs_.take_released(now_)) {
    const auto found = waiting_for_log_.find(attempt);
    if (found == waiting_for_log_.end()) continue;
    protocol_.attempt_finished(std::move(found->second));
    waiting_for_log_.erase(found);
  }
}

void AgentLoop::lose_runner(const std::string& why) {
  note(why + ": its tasks are killed and reported lost");
  close_logs_of_the_lost();
  for (auto& [attempt, result] : waiting_for_log_) protocol_.attempt_finished(std::move(result));
  waiting_for_log_.clear();
  if (!runner_.bury()) note("processes of tasks survive SIGKILL (uninterruptible I/O?)");
  protocol_.runner_lost();
  now_ = boottime_us();
  // What it had finished is on disk before we try to start another: that may fail.
  auto lost = protocol_.advance(now_);
  keep(lost);
  open_runner();
}

void AgentLoop::hear_server() {
  for (HttpAnswer& answer : http_.take_answers()) {
    const auto found = in_flight_.find(answer.id);
    if (found == in_flight_.end()) continue;
    const InFlight call = std::move(found->second);
    in_flight_.erase(found);
    if (const auto* log = std::get_if<LogInFlight>(&call)) {
      on_log_answer(log->attempt, answer);
    } else {
      const auto& sent = std::get<ProtocolCall>(call);
      protocol_.answered({sent.kind, sent.serial, answer.status, std::move(answer.body)}, now_);
    }
  }
  if (protocol_.is_active() && !said_registered_) remember_server();
}

void AgentLoop::remember_server() {
  said_registered_ = true;
  note("registered with the server");
  runner_.set_limits(protocol_.server().max_log_bytes, protocol_.server().max_output_bytes);
  adopt_forgotten_logs();
  if (protocol_.server().database_id == database_id_) return;
  database_id_ = protocol_.server().database_id;
  if (const auto saved = replace_file(state_dir_ + "/database", database_id_ + "\n"); !saved)
    note(saved.error().message);
}

/// Puts results on disk, in the protocol's order: what is to go was there before what comes.
void AgentLoop::keep_results(ProtocolOutput& output) {
  if (output.clear_spool) spool_.clear();
  if (output.to_spool.empty()) return;
  const auto spooled = spool_.append(output.to_spool);
  if (spooled.has_value() == spool_failed_)
    note(spooled ? "results can be kept on disk again" : spooled.error().message);
  spool_failed_ = !spooled;
  if (spooled) return;
  protocol_.not_spooled(output.to_spool);
  // The runner has them in its memory still: it stays for the next agent.
  output.runner.exit = false;
  if (output.exit && output.exit->code == 0)
    output.exit =
        AgentExit{1, "results are neither handed in nor on disk: " + spooled.error().message};
}

/// Calls that are made from now on show the new one. A key is on disk before it is used.
void AgentLoop::change_token(const ProtocolOutput& output) {
  if (output.use_join_token) http_.set_token(join_token_);
  if (output.new_key.empty()) return;
  if (const auto saved = save_key(state_dir_, {output.new_key, name_}); !saved)
    note(saved.error().message + ": after a restart this worker has to join again");
  http_.set_token(output.new_key);
}

/// The part of an output that needs no runner.
void AgentLoop::keep(ProtocolOutput& output) {
  for (const std::string& text : output.notes) note(text);
  keep_results(output);
  if (output.clear_dead_sessions && !dead_sessions_.empty()) {
    dead_sessions_.clear();
    unlink((state_dir_ + "/dead_sessions").c_str());
  }
  if (output.abort_calls) {
    http_.abort_all();
    in_flight_.clear();
    logs_.aborted();
  }
  change_token(output);
}

void AgentLoop::apply(ProtocolOutput output) {
  keep(output);
  runner_.send(output.runner);
  if (runner_.has_unsent() != waits_for_room_) {
    waits_for_room_ = runner_.has_unsent();
    epoll_event event{.events = EPOLLIN | (waits_for_room_ ? EPOLLOUT : 0u),
                      .data = {.u64 = runner_event}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, runner_.fd(), &event);
  }
  for (ProtocolCall& call : output.calls) {
    HttpRequest request;
    request.id = ++last_request_;
    request.path = call.path;
    request.body = std::move(call.body);
    request.timeout_ms = call.timeout_us / 1000;
    in_flight_.emplace(request.id, std::move(call));
    http_.start(std::move(request));
  }
  if (output.exit) begin_end(std::move(*output.exit));
}

/// A good end waits a little for what is left of the logs. A runner that holds nothing goes too;
/// one whose tasks run keeps them until the lease ends, and results until somebody takes them.
void AgentLoop::begin_end(AgentExit exit) {
  const bool is_runner_free =
      runner_.running().empty() && protocol_.holds_nothing() && waiting_for_log_.empty();
  if (exit.code != 0 && is_runner_free) runner_.send({.exit = true});
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, runner_.fd(), nullptr);
  exit_ = std::move(exit);
  end_by_ = now_ + log_limit_at_end;
}

}  // namespace weft::worker
