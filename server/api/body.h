#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "server/api/failure.h"

namespace weft::api {

/// The longest note on a run or a task instance, in bytes.
inline constexpr std::size_t max_note = 1000;

/// Reads a JSON object field by field. What is wrong is collected; check() gives all of it at
/// once, with every key that nobody asked for. `null` is read as absence.
class Body {
 public:
  /// Errors: unprocessable when the text is no JSON object, or nested deeper than 64 levels.
  /// An empty text is `{}` if `may_be_empty`.
  static Outcome<Body> parse(std::string_view text, bool may_be_empty = false);
  /// An object inside of a body, at `place` of it (e.g. {"body", "actions", "0"}). Errors:
  /// unprocessable when it is none.
  static Outcome<Body> part(const nlohmann::json& value, std::vector<std::string> place);

  /// Is the key there, be it null?
  bool has(std::string_view name);
  std::optional<std::string> text(std::string_view name, std::size_t max_length = 1 << 20);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view name);
  std::optional<Instant> instant(std::string_view name);
  /// Null when absent.
  nlohmann::json object(std::string_view name);
  /// nullopt when absent; a null in the list is the word "none".
  std::optional<std::vector<std::string>> words(std::string_view name);
  /// As it is; null when absent or null.
  const nlohmann::json* raw(std::string_view name) { return find(name); }
  /// An issue when the key is absent or null.
  void require(std::string_view name);

  void report(std::string_view name, std::string msg, std::string type);
  /// Errors: unprocessable with all issues.
  Outcome<void> check();

 private:
  /// Null when absent or null.
  const nlohmann::json* find(std::string_view name);

  nlohmann::json fields_;
  std::vector<std::string> place_{"body"};
  std::vector<std::string> known_;
  std::vector<Issue> issues_;
};

}  // namespace weft::api
