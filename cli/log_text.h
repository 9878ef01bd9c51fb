#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

/// What a task wrote, from its log's lines (`<timestamp> <stream> <F|P> <text>`), without what
/// could steer a terminal. Colours stay when `colours`.
std::string log_text(std::string_view lines, bool colours);

/// The last `lines` lines of a text, after a line that says how many are left out.
std::string last_lines(std::string_view text, std::size_t lines);

}  // namespace weft::cli
