#include "server/core/dag/value_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/size.h"
#include "server/core/dag/utf8.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_long_text = 1024 * 1024;
constexpr Duration longest_duration = std::chrono::hours(24 * 3653);

bool is_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

}  // namespace

bool is_valid_id(std::string_view id) {
  return !id.empty() && id.size() <= 250 && id != "." && id != ".." &&
         std::all_of(id.begin(), id.end(), is_id_char);
}

void ValueReader::expected(JsonRef at, std::string_view what) {
  report_.error(at, fmt::format("{} expected, found {}", what, words_for(at.kind())));
}

std::optional<std::string> ValueReader::string(JsonRef at, std::size_t longest) {
  if (!at.is_string()) return expected(at, "a string"), std::nullopt;
  if (at.text().size() > longest) {
    report_.error(at, fmt::format("the text is longer than {} bytes", longest));
    return std::nullopt;
  }
  return std::string(at.text());
}

std::optional<std::string> ValueReader::id(JsonRef at) {
  if (!at.is_string()) return expected(at, "a string"), std::nullopt;
  if (!is_valid_id(at.text())) {
    report_.error(at, fmt::format("{} is no name: 1 to 250 letters, digits, '_', '.' or '-' "
                                  "expected, and not \".\" or \"..\"",
                                  shown(at.text())));
    return std::nullopt;
  }
  return std::string(at.text());
}

std::optional<std::int64_t> ValueReader::integer(JsonRef at, std::int64_t least,
                                                 std::int64_t most) {
  if (at.kind() != JsonKind::integer) return expected(at, "a whole number"), std::nullopt;
  const auto value = at.as_integer();
  if (!value || *value < least || *value > most) {
    report_.error(at, fmt::format("a whole number from {} to {} expected", least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<double> ValueReader::number(JsonRef at, double least, double most) {
  if (!at.is_number()) return expected(at, "a number"), std::nullopt;
  const double value = at.as_double();
  if (value < least || value > most) {
    report_.error(at, fmt::format("a number from {} to {} expected", least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> ValueReader::boolean(JsonRef at) {
  if (at.kind() != JsonKind::boolean) return expected(at, "true or false"), std::nullopt;
  return at.truth();
}

std::optional<Duration> ValueReader::duration(JsonRef at, bool zero_allowed) {
  if (!at.is_string()) {
    return expected(at, "a duration with a unit, such as \"5m\""), std::nullopt;
  }
  const auto value = parse_duration(at.text());
  if (!value) return report_.error(at, value.error().message), std::nullopt;
  if (*value > longest_duration) {
    return report_.error(at, "a duration of at most ten years expected"), std::nullopt;
  }
  if (value->count() == 0 && !zero_allowed) {
    return report_.error(at, "a duration above zero expected"), std::nullopt;
  }
  return *value;
}

std::optional<std::int64_t> ValueReader::size(JsonRef at) {
  if (!at.is_string()) return integer(at, 0, std::int64_t{1} << 53);
  const auto value = parse_size(at.text());
  if (!value) return report_.error(at, value.error().message), std::nullopt;
  return *value;
}

std::optional<std::size_t> ValueReader::choice(JsonRef at,
                                               std::span<const std::string_view> names) {
  if (at.is_string()) {
    const auto found = std::find(names.begin(), names.end(), at.text());
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  const std::vector<std::string_view> all(names.begin(), names.end());
  report_.error(
      at, fmt::format("{} expected{}", fmt::join(all, ", "),
                      at.is_string() ? ", found " + shown(at.text()) + did_you_mean(at.text(), all)
                                     : std::string()));
  return std::nullopt;
}

bool ValueReader::is_list(JsonRef at, std::string_view of_what) {
  if (at.is_array()) return true;
  expected(at, fmt::format("a list of {}", of_what));
  return false;
}

bool ValueReader::is_object(JsonRef at, std::string_view of_what) {
  if (at.is_object()) return true;
  expected(at, fmt::format("an object {}", of_what));
  return false;
}

std::optional<std::string> ValueReader::long_text(JsonRef at) {
  if (at.is_string()) return string(at, max_long_text);
  if (at.is_object() && at.count() == 1) {
    if (const JsonRef file = at.find("file")) return text_of_file(file);
    if (const JsonRef lines = at.find("lines")) return text_of_lines(lines);
  }
  expected(at, "a string, {\"file\": \"path\"} or {\"lines\": [\"…\"]}");
  return std::nullopt;
}

std::optional<std::string> ValueReader::text_of_file(JsonRef at) {
  if (!at.is_string()) return expected(at, "the path of a file beside this one"), std::nullopt;
  const std::string path(at.text());
  if (path.empty() || path.front() == '/') {
    report_.error(at, "a path relative to this file expected");
    return std::nullopt;
  }
  const auto text = read_beside_ ? read_beside_(path) : std::nullopt;
  if (!text) {
    report_.error(at,
                  fmt::format("cannot read {}: no such file inside of the bundle", shown(path)));
    return std::nullopt;
  }
  if (text->size() > max_long_text) {
    report_.error(at, fmt::format("{} is larger than 1 MiB", shown(path)));
    return std::nullopt;
  }
  if (first_invalid_utf8(*text)) {
    report_.error(at, fmt::format("{} is no valid UTF-8 text", shown(path)));
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> ValueReader::text_of_lines(JsonRef at) {
  if (!is_list(at, "lines")) return std::nullopt;
  std::string text;
  for (JsonRef line = at.first(); line; line = line.next()) {
    if (!line.is_string()) return expected(line, "a string"), std::nullopt;
    if (line.node().ordinal > 0) text += '\n';
    text += line.text();
    if (text.size() > max_long_text) {
      return report_.error(at, "the text is larger than 1 MiB"), std::nullopt;
    }
  }
  return text;
}

std::optional<Template> ValueReader::parse_template(JsonRef at, const std::string& text) {
  auto made = Template::parse(text);
  if (made) return std::move(*made);
  const auto line = std::count(
      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(made.error().offset), '\n');
  const std::string where = line > 0 ? fmt::format(" (line {} of the text)", line + 1) : "";
  const std::string_view rest = std::string_view(text).substr(made.error().offset, 30);
  report_.error(at, made.error().message + (rest.empty() ? "" : ", at " + shown(rest)) + where);
  return std::nullopt;
}

std::optional<Expression> ValueReader::expression(JsonRef at) {
  if (!at.is_string()) {
    return expected(at, "an expression such as \"params.mode == 'full'\""), std::nullopt;
  }
  if (at.text().find("{{") != std::string_view::npos && at.text().starts_with("{{")) {
    report_.error(at, "this is an expression as it stands; leave the {{ }} out");
    return std::nullopt;
  }
  auto made = Expression::parse(at.text());
  if (made) return std::move(*made);
  const std::string_view rest = at.text().substr(made.error().offset, 30);
  report_.error(at, made.error().message + (rest.empty() ? "" : ", at " + shown(rest)));
  return std::nullopt;
}

}  // namespace weft
