#include "server/daemon/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace weft::daemon {

std::size_t raise_open_files(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::max(before, std::min(limit.rlim_max, rlim_t{wanted}));
  if (limit.rlim_cur == before || ::setrlimit(RLIMIT_NOFILE, &limit) == 0) return limit.rlim_cur;
  return before;
}

}  // namespace weft::daemon
