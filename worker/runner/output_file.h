#pragma once

// $WEFT_OUTPUT: the file into which a task writes what later tasks may use.
//   key=value       a string
//   key:=json       a JSON value
//   key<<END        lines up to one that is exactly END, joined by newlines
// Empty lines are passed over; a later line for the same key wins.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weft::worker {

/// The outputs in `text` as an object, null when there are none. Errors: unprocessable, naming the
/// line and what is wrong with it.
Result<nlohmann::json> parse_outputs(std::string_view text);

/// Reads, parses and removes `path` (relative to the folder `dir_fd`). A file that was never
/// written is no output. Errors: as parse_outputs, and too_large above `max_bytes`.
Result<nlohmann::json> take_outputs(int dir_fd, const char* path, std::int64_t max_bytes);

}  // namespace weft::worker
