#pragma once

// The request target: `/a%20b?x=1&y=2` → path and query, each decoded exactly once.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weft::http {

struct Target {
  std::string path;                                        ///< starts with /
  std::vector<std::pair<std::string, std::string>> query;  ///< in order, doubles kept
};

/// `%41` → `A`; with `plus_is_space`, `+` → a space. Errors: invalid_argument for a broken escape,
/// a NUL, or a result that is no UTF-8.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Errors: invalid_argument for a target that does not start with `/` (absolute form, `*`), broken
/// escapes, NUL, more than 256 query values, what is no UTF-8 when it is decoded (overlong forms
/// are none).
Result<Target> parse_target(std::string_view raw);

/// True when a segment of the path is empty in the middle, `.` or `..`: nothing here is named so,
/// and two readers of one path may disagree on it.
bool has_odd_segment(std::string_view path);

}  // namespace weft::http
