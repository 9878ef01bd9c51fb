#include "worker/runner/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

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

// The child runs in the parent's memory on a stack of its own: a sanitizer's bookkeeping would take
// it for the parent, and its interceptors would note calls that only the child makes. So neither
// is in these functions, which make bare system calls and nothing else.
#define WEFT_IN_CHILD __attribute__((no_sanitize("address", "thread", "undefined")))

[[noreturn]] WEFT_IN_CHILD void give_up(Child* child, SpawnStep step, int error) {
  child->failure.step = step;
  child->failure.error = error;
  for (;;) syscall(SYS_exit, 127);
}

WEFT_IN_CHILD int run_child(void* argument) {
  auto* const child = static_cast<Child*>(argument);
  const SpawnRequest* const request = child->request;
  syscall(SYS_setsid);
  syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // It died before the line above: nobody is left to tell.
  if (syscall(SYS_getppid) != child->parent) give_up(child, SpawnStep::clone, ESRCH);
  const int streams[] = {request->stdin_fd, request->stdout_fd, request->stderr_fd};
  for (int to = 0; to < 3; ++to)
    if (syscall(SYS_dup3, streams[to], to, 0) < 0) give_up(child, SpawnStep::clone, errno);
  if (syscall(SYS_chdir, request->cwd) != 0) give_up(child, SpawnStep::chdir, errno);
  if (request->open_files != nullptr)
    syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, request->open_files, nullptr);
  const std::uint64_t no_signals = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &no_signals, nullptr, sizeof no_signals);
  syscall(SYS_execve, request->program, request->argv, request->environment);
  give_up(child, SpawnStep::exec, errno);
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
