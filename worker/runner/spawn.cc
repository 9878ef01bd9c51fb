#include "worker/runner/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/check.h"

namespace weft::worker {
namespace {

constexpr std::size_t stack_bytes = 64 << 10;

/// Shared with the child, which runs in our memory until it execs.
struct Child {
  const SpawnRequest* request = nullptr;
  pid_t parent = 0;
  SpawnFailure failure;
};

[[noreturn]] void give_up(Child& child, SpawnStep step) {
  child.failure = {step, errno};
  _exit(127);
}

/// Only system calls here: the parent's memory is in use.
int run_child(void* argument) {
  Child& child = *static_cast<Child*>(argument);
  const SpawnRequest& request = *child.request;
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != child.parent) _exit(127);  // it died before the line above
  if (dup2(request.stdin_fd, 0) < 0 || dup2(request.stdout_fd, 1) < 0 ||
      dup2(request.stderr_fd, 2) < 0)
    give_up(child, SpawnStep::clone);
  if (chdir(request.cwd) != 0) give_up(child, SpawnStep::chdir);
  if (request.open_files != nullptr) setrlimit(RLIMIT_NOFILE, request.open_files);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &standard, nullptr);  // exec resets handlers but keeps what is ignored
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(request.program, request.argv, request.environment);
  give_up(child, SpawnStep::exec);
}

char* child_stack() {
  static char* const stack = [] {
    void* memory = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    WEFT_CHECK_MSG(memory != MAP_FAILED, "no memory for the stack of children");
    return static_cast<char*>(memory);
  }();
  return stack;
}

bool is_executable_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

}  // namespace

tl::expected<pid_t, SpawnFailure> spawn(const SpawnRequest& request) {
  Child child{&request, getpid(), {}};
  // No signal may run a handler of ours in the child.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid =
      clone(run_child, child_stack() + stack_bytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
  const int clone_error = errno;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return tl::unexpected(SpawnFailure{SpawnStep::clone, clone_error});
  if (child.failure.error != 0) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return tl::unexpected(child.failure);
  }
  return pid;
}

Result<std::string> CommandFinder::find(const std::string& command, std::string_view search_path) {
  if (command.empty()) return fail(ErrorCode::not_found, "the command is empty");
  if (command.find('/') != std::string::npos) return command;
  const auto key = std::make_pair(command, std::string(search_path));
  if (const auto known = found_.find(key); known != found_.end()) return known->second;
  for (std::string_view rest = search_path;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view folder = rest.substr(0, end);
    const std::string path = fmt::format("{}/{}", folder.empty() ? "." : folder, command);
    if (is_executable_file(path)) {
      if (found_.size() >= 1000) found_.clear();
      return found_.emplace(key, path).first->second;
    }
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return fail(ErrorCode::not_found,
              fmt::format("no command \"{}\" in PATH ({})", command, search_path));
}

}  // namespace weft::worker
