#include "cli/log_text.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace weft::cli {
namespace {

/// `ESC [ digits and ; m` at the start of `text`: its length, else 0.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

void append_safe(std::string& out, std::string_view text, bool colours) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_tab = text[i] == '\t';
    const std::size_t length = is_tab ? 1 : colour_length(text.substr(i));
    if (length == 0) continue;
    out += printable(text.substr(begin, i - begin));
    if (is_tab || colours) out += text.substr(i, length);
    i += length - 1;
    begin = i + 1;
  }
  out += printable(text.substr(begin));
}

}  // namespace

std::string log_text(std::string_view lines, bool colours) {
  std::string out;
  while (!lines.empty()) {
    const auto newline = lines.find('\n');
    std::string_view line = lines.substr(0, newline);
    lines.remove_prefix(newline == std::string_view::npos ? lines.size() : newline + 1);
    bool is_part = false;
    for (int field = 0; field < 3; ++field) {
      const auto space = line.find(' ');
      is_part = field == 2 && line.substr(0, space) == "P";
      line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
    }
    append_safe(out, line, colours);
    if (!is_part) out += '\n';
  }
  return out;
}

std::string last_lines(std::string_view text, std::size_t lines) {
  std::size_t begin = text.size();
  std::size_t left_out = 0;
  for (std::size_t i = text.size(), seen = 0; i > 0; --i) {
    if (text[i - 1] != '\n' || i == text.size()) continue;
    if (++seen == lines) begin = i;
    if (seen >= lines) ++left_out;
  }
  if (left_out == 0) return std::string(text);
  return fmt::format("({} lines before these are left out)\n", left_out) +
         std::string(text.substr(begin));
}

}  // namespace weft::cli
