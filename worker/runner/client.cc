#include "worker/runner/client.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "worker/runner/state_dir.h"

namespace weft::worker {
namespace {

constexpr int start_limit_ms = 10'000;

/// After fork in a process that may have threads: only system calls.
[[noreturn]] void become_runner(const char* binary, char* const* argv, char* const* environment,
                                int log_fd, int ready_fd) {
  setsid();
  if (fork() != 0) _exit(0);
  const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(null_fd, 0);
  dup2(log_fd, 1);
  dup2(log_fd, 2);
  fcntl(ready_fd, F_SETFD, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(binary, argv, environment);
  constexpr char text[] = "the runner's program cannot be executed\n";
  [[maybe_unused]] const ssize_t wrote = write(2, text, sizeof text - 1);
  _exit(127);
}

std::vector<std::string> environment_with(const std::string& variable) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!std::string_view(*entry).starts_with("WEFT_READY_FD=")) environment.emplace_back(*entry);
  environment.push_back(variable);
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

bool wait_ready(int fd) {
  pollfd poll_for{.fd = fd, .events = POLLIN, .revents = 0};
  char byte = 0;
  while (true) {
    const int ready = poll(&poll_for, 1, start_limit_ms);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && read(fd, &byte, 1) == 1;
  }
}

std::string last_lines(const std::string& path) {
  std::string text = read_small_file(path);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.size() > 500 ? text.substr(text.size() - 500) : text;
}

template <class Item>
void append(std::vector<Item>& to, std::vector<Item>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void merge(RunnerReport& into, RunnerReport& report) {
  if (report.hello) into.hello = std::move(report.hello);
  append(into.started, report.started);
  append(into.finished, report.finished);
  append(into.grown, report.grown);
  if (report.pong != 0) into.pong = report.pong;
}

}  // namespace

std::string log_path(const std::string& state_dir, std::int64_t attempt) {
  return fmt::format("{}/logs/{}.log", state_dir, attempt);
}

Result<RunnerClient> RunnerClient::connect(const std::string& state_dir) {
  TRY_ASSIGN(UniqueFd fd, connect_to(state_dir + "/runner.sock"));
  return RunnerClient(std::move(fd));
}

Result<RunnerClient> RunnerClient::start(const RunnerClientOptions& options) {
  TRY_ASSIGN(const std::string state_dir, make_state_dir(options.state_dir));
  const std::string log = state_dir + "/runner.log";
  const UniqueFd log_fd(open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  int fds[2];
  if (!log_fd || pipe2(fds, O_CLOEXEC) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("the runner cannot be started: {}", std::strerror(errno)));
  const UniqueFd ready(fds[0]);
  UniqueFd ready_end(fds[1]);
  std::vector<std::string> words{"weft", "runner", "--state", state_dir};
  std::vector<std::string> variables =
      environment_with(fmt::format("WEFT_READY_FD={}", ready_end.get()));
  const auto argv = pointers_to(words);
  const auto environment = pointers_to(variables);
  const pid_t child = fork();
  if (child == 0)
    become_runner(options.binary.c_str(), argv.data(), environment.data(), log_fd.get(),
                  ready_end.get());
  if (child < 0)
    return fail(ErrorCode::unavailable,
                fmt::format("the runner cannot be started: {}", std::strerror(errno)));
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  ready_end.reset();
  if (!wait_ready(ready.get()))
    return fail(ErrorCode::unavailable,
                fmt::format("the runner did not start: {}", last_lines(log)));
  return connect(state_dir);
}

Result<RunnerClient> RunnerClient::start_or_connect(const RunnerClientOptions& options) {
  if (auto client = connect(options.state_dir)) return client;
  return start(options);
}

Result<void> RunnerClient::send(const RunnerCommand& command) {
  channel_.send(command);
  return flush();
}

Result<void> RunnerClient::flush() {
  if (channel_.flush()) return {};
  return fail(ErrorCode::unavailable, "the runner is gone");
}

Result<RunnerReport> RunnerClient::take() {
  RunnerReport all;
  Result<void> understood;
  const bool open = channel_.receive([&](std::string_view text) {
    auto report = runner_report_from(text);
    if (report)
      merge(all, *report);
    else
      understood = tl::unexpected<Error>(report.error());
  });
  TRY(understood);
  if (!open_ || (!open && all.empty())) return fail(ErrorCode::unavailable, "the runner is gone");
  open_ = open;
  return all;
}

Result<RunnerReport> RunnerClient::wait(std::chrono::milliseconds timeout) {
  TRY(flush());
  const auto events = static_cast<short>(POLLIN | (has_unsent() ? POLLOUT : 0));
  pollfd poll_for{.fd = fd(), .events = events, .revents = 0};
  if (open_) poll(&poll_for, 1, static_cast<int>(timeout.count()));
  return take();
}

}  // namespace weft::worker
