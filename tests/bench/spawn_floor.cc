// weft_spawn_floor N: starts `sh -c true` N times, two in flight, and prints what that cost: the
// parent's own CPU and the children's, in microseconds for each.

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace {

double cpu_us(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

bool start() {
  char name[] = "sh", option[] = "-c", text[] = "true";
  char* arguments[] = {name, option, text, nullptr};
  pid_t pid = 0;
  return posix_spawnp(&pid, name, nullptr, nullptr, arguments, environ) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int wanted = argc > 1 ? std::atoi(argv[1]) : 1000;
  if (wanted < 1) return 2;
  int started = 0, ended = 0;
  while (ended < wanted) {
    while (started < wanted && started - ended < 2) {
      if (!start()) return 1;
      ++started;
    }
    int status = 0;
    if (wait(&status) > 0) ++ended;
  }
  std::printf("{\"parent_us\": %.1f, \"child_us\": %.1f}\n", cpu_us(RUSAGE_SELF) / wanted,
              cpu_us(RUSAGE_CHILDREN) / wanted);
  return 0;
}
