#include "server/loader/findings.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace weft {
namespace {

constexpr int lines_around = 3;
constexpr std::size_t max_letters = 200;  ///< of a line
constexpr std::size_t max_with_lines = 10;
constexpr std::string_view cut_mark = "…";

/// The byte at which the letter with this number (from 0) begins; the text's end if it has fewer.
std::size_t byte_of(std::string_view text, std::size_t letter) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && seen++ == letter) return i;
  return text.size();
}

std::size_t count_letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// A line as it is shown.
struct Shown {
  std::string text;
  std::size_t mark = 1;  ///< the letter of `column`, from 1
};

/// The part of the line in which the letter `column` (from 1; one behind the end, too) is.
Shown shown_part(std::string_view line, std::size_t column) {
  const std::size_t count = count_letters(line);
  column = std::clamp<std::size_t>(column, 1, count + 1);
  if (count <= max_letters) return {std::string(line), column};
  const std::size_t before = std::min(column - 1, max_letters / 2);
  const std::size_t begin = std::min(column - 1 - before, count - max_letters);
  const std::size_t from = byte_of(line, begin);
  const std::size_t to = from + byte_of(line.substr(from), max_letters);
  Shown shown{.text = std::string(line.substr(from, to - from)), .mark = column - begin};
  if (begin > 0) {
    shown.text.insert(0, cut_mark);
    ++shown.mark;
  }
  if (to < line.size()) shown.text += cut_mark;
  return shown;
}

/// Where the line (from 1) begins; nullopt when there are fewer.
std::optional<std::size_t> start_of(std::string_view text, int line) {
  std::size_t start = 0;
  for (int number = 1; number < line; ++number) {
    const auto end = text.find('\n', start);
    if (end == std::string_view::npos) return std::nullopt;
    start = end + 1;
  }
  return start;
}

/// Without its end.
std::string_view line_at(std::string_view text, std::size_t start) {
  auto line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void add_lines(nlohmann::json& finding, std::string_view text, const Diagnostic& diagnostic) {
  const int first = std::max(1, diagnostic.line - lines_around);
  auto start = start_of(text, first);
  if (!start || !start_of(text.substr(*start), diagnostic.line - first + 1)) return;
  auto& lines = finding["lines"];
  for (int number = first; number <= diagnostic.line + lines_around; ++number) {
    // Behind the last end of a line there is nothing to be shown, unless that is meant.
    if (*start == text.size() && number > diagnostic.line) break;
    const bool is_meant = number == diagnostic.line;
    const auto column = is_meant ? static_cast<std::size_t>(diagnostic.column) : 1;
    Shown shown = shown_part(line_at(text, *start), column);
    if (is_meant) finding["mark"] = shown.mark;
    lines.push_back(std::move(shown.text));
    const auto end = text.find('\n', *start);
    if (end == std::string_view::npos) break;
    *start = end + 1;
  }
  finding["first_line"] = first;
}

}  // namespace

std::string findings_json(const std::vector<Diagnostic>& diagnostics, const NamedTexts& texts) {
  auto findings = nlohmann::json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Diagnostic::Severity::error) continue;
    nlohmann::json finding{{"filename", diagnostic.file},   {"line", diagnostic.line},
                           {"column", diagnostic.column},   {"message", diagnostic.message},
                           {"first_line", diagnostic.line}, {"lines", nlohmann::json::array()},
                           {"mark", diagnostic.column}};
    const auto text = texts.find(diagnostic.file);
    if (text != texts.end() && findings.size() < max_with_lines)
      add_lines(finding, text->second, diagnostic);
    findings.push_back(std::move(finding));
  }
  return findings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace weft
