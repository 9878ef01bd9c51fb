#include <cstdio>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/loader/loader.h"

namespace weft::cli {

int validate(const std::vector<std::string>& paths) {
  bool has_errors = false;
  for (const Diagnostic& found : validate_paths(paths)) {
    std::printf("%s\n", found.to_string().c_str());
    has_errors |= found.severity == Diagnostic::Severity::error;
  }
  return has_errors ? exit_code::failed : exit_code::ok;
}

}  // namespace weft::cli
