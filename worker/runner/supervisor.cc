#include "worker/runner/supervisor.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "worker/runner/clock.h"
#include "worker/runner/output_file.h"

namespace weft::worker {
namespace {

constexpr std::int64_t start_delay = 100 * ms;  // a short task's start travels in its result

/// WEFT_ATTEMPT_ID of a process that this session started.
AttemptOfEnvironment attempt_by_environment(std::string session) {
  return [session = std::move(session)](pid_t pid) -> std::optional<std::int64_t> {
    if (environment_of(pid, "WEFT_SESSION") != session) return std::nullopt;
    const auto text = environment_of(pid, "WEFT_ATTEMPT_ID");
    if (!text) return std::nullopt;
    const std::int64_t attempt = std::strtoll(text->c_str(), nullptr, 10);
    return attempt > 0 ? std::optional(attempt) : std::nullopt;
  };
}

std::uint64_t ticks(std::int64_t boot_us) {
  return static_cast<std::uint64_t>(boot_us) * static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)) /
         second;
}

std::string spawn_error(const wire::Lease& lease, const SpawnFailure& failure) {
  const char* why = std::strerror(failure.error);
  switch (failure.step) {
    case SpawnStep::chdir: return fmt::format("cannot enter cwd \"{}\": {}", lease.cwd, why);
    case SpawnStep::exec:
      if (failure.error == ENOEXEC)
        return fmt::format("cannot run \"{}\": not a program (does its first line lack #!?)",
                           lease.argv[0]);
      return fmt::format("cannot run \"{}\": {}", lease.argv[0], why);
    case SpawnStep::clone: break;
  }
  return fmt::format("cannot start a process: {}", why);
}

Result<StringBlock> argument_block(const wire::Lease& lease) {
  StringBlock block;
  for (std::size_t i = 0; i < lease.argv.size(); ++i) {
    if (lease.argv[i].find('\0') != std::string::npos)
      return fail(ErrorCode::unprocessable,
                  fmt::format("argv[{}] contains a NUL character, which no command can get", i));
    block.add(lease.argv[i]);
  }
  return block;
}

}  // namespace

Supervisor::Supervisor(std::string state_dir, std::string session, int epoll_fd, TimerQueue& timers)
    : state_dir_(std::move(state_dir)),
      session_(std::move(session)),
      epoll_fd_(epoll_fd),
      timers_(timers),
      environment_(environ, {}),
      trees_(getpid(), attempt_by_environment(session_)),
      null_fd_(open("/dev/null", O_RDONLY | O_CLOEXEC)),
      outputs_dir_(open((state_dir_ + "/outputs").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  getrlimit(RLIMIT_NOFILE, &open_files_);
  rlimit raised = open_files_;
  raised.rlim_cur = raised.rlim_max;
  setrlimit(RLIMIT_NOFILE, &raised);
}

void Supervisor::configure(const RunnerConfig& config) {
  config_ = config;
  environment_ = Environment(environ, config.pass_env);
}

void Supervisor::set_lease_end(std::int64_t boot_us) {
  lease_end_us_ = boot_us;
  if (boot_us == 0)
    timers_.cancel({TimerKind::lease_end});
  else
    timers_.set({TimerKind::lease_end}, boot_us);
}

void Supervisor::run(const wire::Lease& lease) {
  arrived_.add(lease);
  if (!seen_.add(lease.attempt) || lease.argv.empty()) return;
  if (closed_ || (lease_end_us_ != 0 && lease_end_us_ <= boottime_us()))
    return refuse(lease, "not started: the lease had ended", AttemptState::lost);
  if (attempts_.size() >= max_attempts)
    return refuse(lease, fmt::format("the worker already holds {} attempts", attempts_.size()),
                  AttemptState::lost);
  start(lease);
}

void Supervisor::refuse(const wire::Lease& lease, std::string why, AttemptState outcome) {
  wire::AttemptResult result;
  result.attempt = lease.attempt;
  result.outcome = outcome;
  result.ended_at = walltime_us();
  result.error = std::move(why);
  report_finished(std::move(result));
}

void Supervisor::start(const wire::Lease& lease) {
  auto secrets = secrets_.get(lease.secrets);
  if (!secrets) return refuse(lease, secrets.error().message, AttemptState::failed);
  auto attempt = std::make_unique<Attempt>(lease, std::move(*secrets),
                                           fmt::format("{}/logs/{}.log", state_dir_, lease.attempt),
                                           config_.max_log_bytes, epoll_fd_);
  if (const auto spawned = spawn_attempt(lease, *attempt); !spawned)
    return refuse(lease, attempt->masked(spawned.error().message), AttemptState::failed);
  by_pid_[attempt->pid] = attempt.get();
  trees_.add(attempt->id, attempt->pid, ticks(attempt->started_boot));
  if (attempt->timeout_ms > 0)
    timers_.set({TimerKind::execution_timeout, attempt->id},
                attempt->started_boot + attempt->timeout_ms * ms);
  note_start(*attempt);
  attempts_.emplace(lease.attempt, std::move(attempt));
}

Result<Supervisor::WriteEnds> Supervisor::open_pipes(Attempt& attempt) {
  WriteEnds ends;
  for (const std::size_t stream : {0, 1}) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
      return fail(ErrorCode::internal, fmt::format("cannot open a pipe: {}", std::strerror(errno)));
    attempt.pipes[stream].reset(fds[0]);
    ends[stream].reset(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
  }
  return ends;
}

Result<void> Supervisor::spawn_attempt(const wire::Lease& lease, Attempt& attempt) {
  TRY_ASSIGN(StringBlock arguments, argument_block(lease));
  TRY_ASSIGN(StringBlock environment,
             environment_.for_attempt(lease, session_,
                                      fmt::format("{}/outputs/{}", state_dir_, lease.attempt)));
  if (!lease.cwd.empty() && lease.cwd.front() != '/')
    return fail(ErrorCode::unprocessable,
                fmt::format("cwd \"{}\" must be an absolute path", lease.cwd));
  const std::string cwd = lease.cwd.empty() ? state_dir_ + "/scratch" : lease.cwd;
  TRY_ASSIGN(const WriteEnds ends, open_pipes(attempt));
  for (int tries = 0;; ++tries) {
    // A poke is a verb of this very program, which may have been replaced on disk since it began.
    TRY_ASSIGN(const std::string program,
               lease.poke ? Result<std::string>("/proc/self/exe")
                          : commands_.find(lease.argv[0], environment_.search_path(lease)));
    attempt.started_at = walltime_us();
    attempt.started_boot = boottime_us();
    const auto pid = spawn({.program = program.c_str(),
                            .argv = arguments.pointers(),
                            .environment = environment.pointers(),
                            .cwd = cwd.c_str(),
                            .stdin_fd = null_fd_.get(),
                            .stdout_fd = ends[0].get(),
                            .stderr_fd = ends[1].get(),
                            .open_files = &open_files_});
    if (pid) {
      attempt.pid = *pid;
      break;
    }
    const bool moved = pid.error().step == SpawnStep::exec && pid.error().error == ENOENT;
    if (!moved || tries > 0) return fail(ErrorCode::internal, spawn_error(lease, pid.error()));
    commands_.forget();
  }
  for (const std::size_t stream : {0, 1}) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = pipe_event(attempt.id, stream)}};
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, attempt.pipes[stream].get(), &event);
  }
  return {};
}

void Supervisor::note_start(const Attempt& attempt) {
  report_.started.push_back({attempt.id, attempt.started_at, attempt.pid});
  if (config_.prompt)
    starts_due_ = true;
  else if (report_.started.size() == 1)
    timers_.set({TimerKind::start_flush}, attempt.started_boot + start_delay);
}

Attempt* Supervisor::find(std::int64_t attempt) {
  const auto found = attempts_.find(attempt);
  return found == attempts_.end() ? nullptr : found->second.get();
}

void Supervisor::on_pipe(std::int64_t id, std::size_t stream) {
  Attempt* attempt = find(id);
  if (attempt != nullptr && attempt->read_pipe(stream, buffer_, log_clock_)) log_grew(*attempt);
}

void Supervisor::log_grew(Attempt& attempt) {
  // A look says a line or two: they go with its result, however slow it was.
  if (attempt.poke && attempt.log.bytes() <= wire::max_inline_log_bytes) return;
  const std::int64_t now = boottime_us();
  const std::int64_t young = config_.prompt ? 50 * ms : second;
  if (!attempt.log.in_file()) {
    if (now < attempt.started_boot + young)
      return timers_.set({TimerKind::young_log, attempt.id}, attempt.started_boot + young);
    attempt.log.spill();
  }
  grown_.insert(attempt.id);
  if (!timers_.is_set({TimerKind::log_growth}))
    timers_.set({TimerKind::log_growth}, now + (config_.prompt ? 50 : 200) * ms);
}

void Supervisor::collect_growth() {
  for (const std::int64_t id : grown_)
    if (const Attempt* attempt = find(id)) report_.grown.push_back({id, attempt->log.bytes()});
  grown_.clear();
}

/// What left its parents is a child of ours, as all orphans come to us; whoever is not the main
/// process of an attempt is one. Where the kernel does not say, the sweep finds them later.
bool Supervisor::has_orphans() const {
  const std::string list = "/proc/self/task/" + std::to_string(getpid()) + "/children";
  std::ifstream children(list);
  for (pid_t pid = 0; children >> pid;)
    if (!by_pid_.contains(pid)) return true;
  return false;
}

void Supervisor::on_child_signal() {
  std::vector<Attempt*> ended;
  reap(ended);
  if (ended.empty()) return;
  // The result says that nothing of the attempt runs any more: the next try may begin at once.
  const bool is_clean = !has_orphans();
  for (Attempt* attempt : ended) {
    if (is_clean)
      finish(*attempt);
    else
      clear_up(*attempt);
  }
}

/// Kills what an attempt that ended by itself has left behind; its result comes when it is gone.
void Supervisor::clear_up(Attempt& attempt) {
  attempt.clearing_up = true;
  for (const TimerKind kind : {TimerKind::execution_timeout, TimerKind::kill_grace})
    timers_.cancel({kind, attempt.id});
  stopping_.insert(attempt.id);
  look_soon();
}

/// Those whose main process ended by itself are put into `ended`.
void Supervisor::reap(std::vector<Attempt*>& ended) {
  while (true) {
    siginfo_t info{};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      if (errno == EINTR) continue;
      // No child at all: nobody can have escaped, as all orphans come to us.
      return timers_.cancel({TimerKind::sweep});
    }
    if (info.si_pid == 0) return;
    const auto found = by_pid_.find(info.si_pid);
    Attempt* attempt = found == by_pid_.end() ? nullptr : found->second;
    // While it is a zombie its number cannot be another's: its group is surely its own.
    if (attempt != nullptr && attempt->ladder.step() == KillLadder::Step::running)
      kill(-attempt->pid, SIGKILL);
    ProcessEnd end;
    if (wait4(info.si_pid, &end.status, 0, &end.usage) != info.si_pid) continue;
    if (attempt == nullptr) {
      look_soon();
      continue;
    }
    by_pid_.erase(found);
    end.ended_at = walltime_us();
    attempt->end = end;
    attempt->reaped = true;
    if (attempt->ladder.step() == KillLadder::Step::running)
      ended.push_back(attempt);
    else
      look_soon();
  }
}

void Supervisor::finish(Attempt& attempt) {
  attempt.close_log(buffer_, log_clock_);
  for (const TimerKind kind :
       {TimerKind::execution_timeout, TimerKind::kill_grace, TimerKind::young_log})
    timers_.cancel({kind, attempt.id});
  wire::AttemptResult result = attempt.result();
  add_outputs(result);
  attempt.mask(result);
  trees_.remove(attempt.id);
  stopping_.erase(attempt.id);
  grown_.erase(attempt.id);
  const auto pending =
      std::find_if(report_.started.begin(), report_.started.end(),
                   [&](const StartedAttempt& started) { return started.attempt == attempt.id; });
  if (pending != report_.started.end()) report_.started.erase(pending);
  if (!timers_.is_set({TimerKind::sweep}))
    timers_.set({TimerKind::sweep}, std::max(boottime_us() + 100 * ms, next_sweep_));
  attempts_.erase(result.attempt);
  report_finished(std::move(result));
}

void Supervisor::add_outputs(wire::AttemptResult& result) {
  const std::string name = std::to_string(result.attempt);
  auto outputs = take_outputs(outputs_dir_.get(), name.c_str(), config_.max_output_bytes);
  if (outputs) {
    result.outputs = std::move(*outputs);
    return;
  }
  if (result.outcome == AttemptState::success || result.outcome == AttemptState::skipped)
    result.outcome = AttemptState::failed;
  if (!result.error.empty()) result.error += "; ";
  result.error += outputs.error().message;
}

void Supervisor::report_finished(wire::AttemptResult result) {
  unconfirmed_[result.attempt] = result;
  report_.finished.push_back(std::move(result));
}

RunnerReport Supervisor::take_report() {
  starts_due_ = false;
  timers_.cancel({TimerKind::start_flush});
  return std::exchange(report_, {});
}

RunnerReport Supervisor::whole_state() const {
  RunnerReport report;
  RunnerHello& hello = report.hello.emplace();
  hello.session = session_;
  hello.pid = getpid();
  hello.acked = arrived_.acked();
  for (const auto& [id, attempt] : attempts_) {
    hello.running.push_back({id, attempt->started_at, attempt->pid});
    if (attempt->log.in_file()) report.grown.push_back({id, attempt->log.bytes()});
  }
  for (const auto& [id, result] : unconfirmed_) report.finished.push_back(result);
  return report;
}

}  // namespace weft::worker
