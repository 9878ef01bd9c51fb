#pragma once

// --watch: a verb that prints again and again.

#include <functional>
#include <string>
#include <vector>

#include "cli/output.h"

namespace weft::cli {

/// `--watch 5` as the one word `--watch=5`: the seconds may be left out, so that a word which is no
/// number is the verb's own. Words after `--` stay as they are.
std::vector<std::string> with_watch_joined(std::vector<std::string> words);

/// Calls `act`, which prints in `form`, every so many seconds until it is interrupted. On a
/// terminal a table is drawn over the one before; elsewhere a blank line, and in YAML `---`, stands
/// between. Ends with the exit code of `act` when the first call fails, and when a later one does
/// so for another reason than that the server can't be reached.
int repeat(Form form, double seconds, const std::function<int()>& act);

}  // namespace weft::cli
