#include "worker/runner/runner.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "worker/runner/channel.h"
#include "worker/runner/clock.h"
#include "worker/runner/process_table.h"
#include "worker/runner/state_dir.h"
#include "worker/runner/supervisor.h"

namespace weft::worker {
namespace {

// Attempt ids start at 1, so these never meet a pipe_event.
enum LoopEvent : std::uint64_t {
  child_event = 0,
  timer_event = 1,
  listen_event = 2,
  agent_event = 3
};

class Runner {
 public:
  Runner(const RunnerOptions& options, StateDir& state, UniqueFd listener)
      : options_(options),
        listener_(std::move(listener)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        timer_(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
        supervisor_(state.path(), state.session(), epoll_.get(), timers_) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signals_.reset(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    watch(signals_.get(), child_event);
    watch(timer_.get(), timer_event);
    watch(listener_.get(), listen_event);
  }

  void run();

 private:
  void watch(int fd, std::uint64_t event, std::uint32_t events = EPOLLIN) {
    epoll_event request{.events = events, .data = {.u64 = event}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &request);
  }
  void dispatch(const epoll_event& event);
  void accept_agent();
  void on_agent(std::uint32_t events);
  void read_agent();
  void drop_agent();
  void obey(const RunnerCommand& command);
  void fire_timers();
  void arm_timer();
  void tell();
  void flush();
  void end_everything();

  const RunnerOptions& options_;
  UniqueFd listener_;
  UniqueFd epoll_;
  UniqueFd timer_;
  UniqueFd signals_;
  TimerQueue timers_;
  Supervisor supervisor_;
  std::optional<Channel> agent_;
  bool agent_waits_for_room_ = false;
  std::int64_t pong_ = 0;
  std::int64_t armed_for_ = TimerQueue::never;
  bool exit_on_disconnect_ = false;
  bool exiting_ = false;
  bool idle_too_long_ = false;
};

void Runner::run() {
  std::array<epoll_event, 256> events;
  while (!idle_too_long_ && !(exiting_ && !supervisor_.is_running())) {
    tell();
    flush();
    arm_timer();
    const int count = epoll_wait(epoll_.get(), events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) dispatch(events[static_cast<std::size_t>(i)]);
  }
  end_everything();
  tell();
  flush();
}

void Runner::dispatch(const epoll_event& event) {
  switch (event.data.u64) {
    case child_event: {
      std::array<signalfd_siginfo, 16> passed_over;
      while (read(signals_.get(), passed_over.data(), sizeof passed_over) ==
             static_cast<ssize_t>(sizeof passed_over)) {
      }
      return supervisor_.on_child_signal();
    }
    case timer_event: return fire_timers();
    case listen_event: return accept_agent();
    case agent_event: return on_agent(event.events);
    default:
      return supervisor_.on_pipe(static_cast<std::int64_t>(event.data.u64 >> 2),
                                 event.data.u64 & 1);
  }
}

void Runner::fire_timers() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = read(timer_.get(), &expirations, sizeof expirations);
  armed_for_ = TimerQueue::never;
  // After we were held up, a renewal of the lease may wait behind the end that it moved.
  if (agent_) read_agent();
  const std::int64_t now = boottime_us();
  while (const auto timer = timers_.pop_due(now)) {
    if (timer->kind == TimerKind::idle_exit)
      idle_too_long_ = !agent_ && supervisor_.is_idle();
    else
      supervisor_.on_timer(*timer, now);
  }
}

/// Deadlines mostly move further away or end before they are due: the kernel's timer is set only
/// when it would ring too late, and rings for nothing now and then.
void Runner::arm_timer() {
  const bool idle = !agent_ && supervisor_.is_idle();
  if (!idle)
    timers_.cancel({TimerKind::idle_exit});
  else if (!timers_.is_set({TimerKind::idle_exit}))
    timers_.set({TimerKind::idle_exit}, boottime_us() + options_.idle_exit.count() * 1'000);
  const std::int64_t at = timers_.earliest();
  if (at >= armed_for_) return;
  armed_for_ = at;
  itimerspec when{};
  when.it_value.tv_sec = at / 1'000'000;
  when.it_value.tv_nsec = at % 1'000'000 * 1'000 + 1;
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Runner::accept_agent() {
  UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  if (agent_) {
    read_agent();  // what the former one sent still counts
    drop_agent();
  }
  agent_.emplace(std::move(fd));
  agent_waits_for_room_ = false;
  exit_on_disconnect_ = false;
  watch(agent_->fd(), agent_event);
  supervisor_.take_report();  // is part of the whole
  agent_->send(supervisor_.whole_state());
}

void Runner::drop_agent() {
  agent_.reset();
  if (exit_on_disconnect_) {
    exiting_ = true;
    supervisor_.kill_all();
  }
}

void Runner::on_agent(std::uint32_t events) {
  if (!agent_) return;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_agent();
}

void Runner::read_agent() {
  const bool open = agent_->receive([&](std::string_view text) {
    const auto command = runner_command_from(text);
    if (command) {
      obey(*command);
    } else {
      std::fprintf(stderr, "runner: a command is malformed: %s\n", command.error().message.c_str());
    }
  });
  if (!open) drop_agent();
}

void Runner::obey(const RunnerCommand& command) {
  if (command.configure) {
    supervisor_.configure(*command.configure);
    exit_on_disconnect_ = command.configure->exit_on_disconnect;
  }
  if (command.lease_end_us != 0) supervisor_.set_lease_end(command.lease_end_us);
  for (const std::int64_t attempt : command.confirm) supervisor_.confirm(attempt);
  for (const wire::Lease& lease : command.run) supervisor_.run(lease);
  for (const std::int64_t attempt : command.cancel) supervisor_.cancel(attempt);
  if (command.cancel_all) supervisor_.cancel_all();
  if (command.ping != 0) pong_ = command.ping;
  if (command.exit) {
    exiting_ = true;
    supervisor_.kill_all();
  }
}

void Runner::tell() {
  if (!agent_ || (pong_ == 0 && !supervisor_.has_news())) return;
  RunnerReport report = supervisor_.take_report();
  report.pong = std::exchange(pong_, 0);
  agent_->send(report);
}

void Runner::flush() {
  if (!agent_) return;
  if (!agent_->flush()) return drop_agent();
  if (agent_->has_unsent() == agent_waits_for_room_) return;
  agent_waits_for_room_ = agent_->has_unsent();
  epoll_event request{.events = EPOLLIN | (agent_waits_for_room_ ? EPOLLOUT : 0u),
                      .data = {.u64 = agent_event}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, agent_->fd(), &request);
}

/// The last act: whatever still descends from this process is killed, so that nothing outlives it.
void Runner::end_everything() {
  for (int rounds = 0; rounds < 1'000; ++rounds) {
    if (waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) return;
    const ProcessTable table = ProcessTable::snapshot();
    for (const Process& process : table.processes())
      if (process.parent == getpid() && process.is_alive()) kill(process.pid, SIGKILL);
    const timespec pause{.tv_sec = 0, .tv_nsec = 2'000'000};
    nanosleep(&pause, nullptr);
  }
}

void block_signals() {
  sigset_t set;
  sigemptyset(&set);
  // The agent says when to end; a signal to the whole service must not kill what drains.
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGUSR2})
    sigaddset(&set, signal);
  sigprocmask(SIG_SETMASK, &set, nullptr);
  // What was ignored by whoever started us (nohup, a supervisor) would stay ignored in the tasks.
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
}

void say_ready() {
  const char* text = std::getenv("WEFT_READY_FD");
  if (text == nullptr) return;
  const UniqueFd fd(std::atoi(text));
  unsetenv("WEFT_READY_FD");
  [[maybe_unused]] const ssize_t wrote = write(fd.get(), "1", 1);
}

}  // namespace

int run_runner(const RunnerOptions& options) {
  auto state = StateDir::take(options.state_dir);
  auto listener = state ? listen_at(state->socket_path()) : tl::unexpected(state.error());
  if (!listener) {
    std::fprintf(stderr, "runner: %s\n", listener.error().message.c_str());
    return 1;
  }
  block_signals();
  // Nothing that we inherited is for the tasks.
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "weft-runner");
  Runner runner(options, *state, std::move(*listener));
  say_ready();
  runner.run();
  unlink(state->socket_path().c_str());
  return 0;
}

}  // namespace weft::worker
