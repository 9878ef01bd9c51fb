#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/dag/report.h"

namespace weft {

/// Typed reading of JSON values: each function reports what it expected and returns nullopt when
/// the value is something else.
class ValueReader {
 public:
  ValueReader(Report& report, const ReadBeside& read_beside)
      : report_(report), read_beside_(read_beside) {}

  Report& report() { return report_; }

  std::optional<std::string> string(JsonRef at, std::size_t longest = 4096);
  /// Ids and names: `[A-Za-z0-9_.-]{1,250}`, not `.`, `..` or `~`.
  std::optional<std::string> id(JsonRef at);
  std::optional<std::int64_t> integer(JsonRef at, std::int64_t least, std::int64_t most);
  std::optional<double> number(JsonRef at, double least, double most);
  std::optional<bool> boolean(JsonRef at);
  /// More than zero unless `zero_allowed`; at most ten years.
  std::optional<Duration> duration(JsonRef at, bool zero_allowed = false);
  /// Bytes: a whole number, or a text with a unit ("64KiB", "1GB"); at most 2^53.
  std::optional<std::int64_t> size(JsonRef at);
  /// The position of the text in `names`; others get a suggestion.
  std::optional<std::size_t> choice(JsonRef at, std::span<const std::string_view> names);
  /// True if it is a list, so that its items can be read.
  bool is_list(JsonRef at, std::string_view of_what);
  bool is_object(JsonRef at, std::string_view of_what);
  /// A string, {"file": path} or {"lines": [string …]}.
  std::optional<std::string> long_text(JsonRef at);
  /// The text of another file of the bundle, by its path from the DAG file's folder.
  std::optional<std::string> beside(const std::string& path) const {
    return read_beside_ ? read_beside_(path) : std::nullopt;
  }
  /// A string field with `{{ }}`; `text` as long_text or string gave it.
  std::optional<Template> parse_template(JsonRef at, const std::string& text);
  std::optional<Expression> expression(JsonRef at);

  void expected(JsonRef at, std::string_view what);

 private:
  std::optional<std::string> text_of_file(JsonRef at);
  std::optional<std::string> text_of_lines(JsonRef at);

  Report& report_;
  const ReadBeside& read_beside_;
};

/// `[A-Za-z0-9_.-]{1,250}`, not `.`, `..` or `~`.
bool is_valid_id(std::string_view id);

}  // namespace weft
