#pragma once

#include <cstdio>

#include "base/result.h"

namespace weft::cli {

/// What every verb answers to the shell; scripts rely on it.
namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int failed = 1;       ///< the run failed, the check found something
inline constexpr int usage = 2;        ///< options or files that can't be right
inline constexpr int refused = 3;      ///< the server says no
inline constexpr int unreachable = 4;  ///< the server can't be reached
}  // namespace exit_code

/// Prints the error on stderr; returns `code`, for `return complain(error, exit_code::usage);`.
inline int complain(const Error& error, int code) {
  std::fprintf(stderr, "weft: %s\n", error.message.c_str());
  return code;
}

}  // namespace weft::cli
