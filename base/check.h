#pragma once

namespace weft {

/// Ends the process: writes what was broken and where to stderr, then aborts. Recovery after the
/// restart is the tested path, going on with a broken invariant is not.
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const char* detail);

}  // namespace weft

/// An invariant of the program itself (never of user input). Stays on in release builds.
#define WEFT_CHECK(condition)                                   \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::weft::check_failed(#condition, __FILE__, __LINE__, ""); \
  } while (false)

/// As WEFT_CHECK, with a C string that says what it means.
#define WEFT_CHECK_MSG(condition, detail)                           \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::weft::check_failed(#condition, __FILE__, __LINE__, detail); \
  } while (false)
