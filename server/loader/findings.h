#pragma once

// What is wrong with a file, each finding with the lines round it: a page that shows them has no
// way to the file, and by the time that somebody looks it may be another one.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/dag/parse.h"

namespace weft {

/// Texts by the names that diagnostics have for their files.
using NamedTexts = std::map<std::string, std::string_view, std::less<>>;

/// A JSON list, one object per error: {"filename", "line", "column", "message", "first_line",
/// "lines", "mark"}. `lines` are up to three on each side and begin with number `first_line`; a
/// long one is cut, with `…` for what is missing, and `mark` is the letter of the line itself, as
/// it is shown, at which the error is. Only the first ten have lines, and only of texts that are
/// given.
std::string findings_json(const std::vector<Diagnostic>& diagnostics, const NamedTexts& texts);

}  // namespace weft
