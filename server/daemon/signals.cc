#include "server/daemon/signals.h"

#include <signal.h>

namespace weft::daemon {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int Signals::wait() {
  const sigset_t set = watched();
  int signal = 0;
  while (::sigwait(&set, &signal) != 0) {
  }
  return signal;
}

int Signals::wait_for(std::chrono::milliseconds limit) {
  const sigset_t set = watched();
  const timespec timeout{limit.count() / 1000, (limit.count() % 1000) * 1'000'000};
  const int signal = ::sigtimedwait(&set, nullptr, &timeout);
  return signal > 0 ? signal : 0;
}

}  // namespace weft::daemon
