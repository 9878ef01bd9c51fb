#include "worker/runner/leftovers.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "worker/runner/clock.h"
#include "worker/runner/process_table.h"

namespace weft::worker {
namespace {

bool is_marked(const DeadRunner& runner, const Process& process) {
  if (runner.pid != 0 && process.pid == runner.pid) return true;
  if (runner.mains.contains(process.session) || runner.mains.contains(process.group)) return true;
  return environment_of(process.pid, "WEFT_SESSION") == runner.session;
}

std::vector<pid_t> find_leftovers(const DeadRunner& runner) {
  const ProcessTable table = ProcessTable::snapshot();
  std::set<pid_t> found;
  for (const Process& process : table.processes())
    if (process.pid != getpid() && process.is_alive() && is_marked(runner, process))
      found.insert(process.pid);
  for (bool grew = true; grew;) {
    grew = false;
    for (const Process& process : table.processes())
      if (process.pid != getpid() && process.is_alive() && found.contains(process.parent))
        grew = found.insert(process.pid).second || grew;
  }
  return {found.begin(), found.end()};
}

}  // namespace

bool kill_leftovers(const DeadRunner& runner) {
  // The runner first: a living one would go on to start what it was sent.
  if (runner.pid != 0) kill(runner.pid, SIGKILL);
  const std::int64_t give_up = boottime_us() + 10'000'000;
  for (int clean = 0; clean < 2;) {
    const std::vector<pid_t> left = find_leftovers(runner);
    for (const pid_t pid : left) kill(pid, SIGKILL);
    clean = left.empty() ? clean + 1 : 0;
    if (boottime_us() > give_up) return false;
    const timespec pause{.tv_sec = 0, .tv_nsec = left.empty() ? 1'000'000 : 5'000'000};
    if (clean < 2) nanosleep(&pause, nullptr);
  }
  return true;
}

}  // namespace weft::worker
