#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "server/api/failure.h"
#include "server/storage/queries/list.h"

namespace weft::api {

/// How deep a list may be asked for by offset.
inline constexpr std::int64_t max_offset = 1'000'000;

/// "true", "1", "yes", "on" and their opposites, without case.
std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);

/// Reads the query string. What is wrong is collected; check() gives all of it at once, so a
/// handler reads everything first. Parameters that nobody reads are ignored, as Airflow does.
class Query {
 public:
  explicit Query(const http::Request& request) : request_(request) {}

  std::optional<std::string> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name);
  bool boolean(std::string_view name, bool otherwise);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::vector<std::int64_t> integers(std::string_view name);
  std::optional<double> number(std::string_view name);
  std::optional<Instant> instant(std::string_view name);
  /// One of `names`; anything else is an issue.
  std::optional<std::string> word(std::string_view name, const std::vector<std::string>& names);

  /// limit (50, cut to 100, 0 = no rows) and offset (at most a million).
  storage::Page page();
  /// order_by, `-` for descending; a name that `is_known` refuses becomes a 400.
  std::vector<storage::Order> order_by(bool (*is_known)(std::string_view),
                                       std::vector<storage::Order> otherwise = {});

  void report(std::string_view name, std::string msg, std::string type);
  /// Errors: unprocessable with all issues; invalid_argument for order_by.
  Outcome<void> check();

 private:
  const http::Request& request_;
  std::vector<Issue> issues_;
  std::optional<Error> bad_order_;
};

/// One text of order_by. Errors: invalid_argument naming it.
Result<storage::Order> parse_order(std::string_view text, bool (*is_known)(std::string_view));

/// `prefix`_gte, _gt, _lte, _lt as conditions on `sql`.
void add_instant_range(storage::Filter& filter, Query& query, std::string_view prefix,
                       std::string_view sql);
void add_number_range(storage::Filter& filter, Query& query, std::string_view prefix,
                      std::string_view sql);
/// `name` as a substring pattern on `sql`.
void add_pattern(storage::Filter& filter, const Query& query, std::string_view name,
                 std::string_view sql);

/// The comparison of each suffix.
inline constexpr std::pair<std::string_view, std::string_view> range_suffixes[] = {
    {"_gte", " >= ?"}, {"_gt", " > ?"}, {"_lte", " <= ?"}, {"_lt", " < ?"}};

}  // namespace weft::api
