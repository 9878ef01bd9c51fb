// libfaketime moves absolute timers of every clock by its offset, also of those clocks that it
// leaves alone, so that they go off far too late or never. Loaded before it, this gives back the
// kernel's own.

#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int fd, int flags, const struct itimerspec* value, struct itimerspec* before) {
  return (int)syscall(SYS_timerfd_settime, fd, flags, value, before);
}

int timerfd_gettime(int fd, struct itimerspec* value) {
  return (int)syscall(SYS_timerfd_gettime, fd, value);
}
