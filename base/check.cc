#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace weft {

void check_failed(const char* condition, const char* file, int line, const char* detail) {
  std::fprintf(stderr, "weft: CHECK failed: %s at %s:%d %s\n", condition, file, line, detail);
  std::fflush(stderr);
  std::abort();
}

}  // namespace weft
