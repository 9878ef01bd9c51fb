#include "server/api/query.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace weft::api {
namespace {

constexpr std::size_t max_orders = 8;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  const auto word = lower(text);
  for (const auto* yes : {"true", "1", "yes", "on", "t", "y"})
    if (word == yes) return true;
  for (const auto* no : {"false", "0", "no", "off", "f", "n"})
    if (word == no) return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::string> Query::text(std::string_view name) const {
  return request_.query_value(name);
}

std::vector<std::string> Query::texts(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : request_.query)
    if (key == name) values.push_back(value);
  return values;
}

std::optional<bool> Query::boolean(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = parse_boolean(*value);
  if (!parsed)
    report(name, "Input should be a valid boolean, unable to interpret input", "bool_parsing");
  return parsed;
}

bool Query::boolean(std::string_view name, bool otherwise) {
  return boolean(name).value_or(otherwise);
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t min,
                                           std::int64_t max) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = parse_integer(*value);
  if (!parsed) {
    report(name, "Input should be a valid integer, unable to parse string as an integer",
           "int_parsing");
    return std::nullopt;
  }
  if (*parsed < min) {
    report(name, fmt::format("Input should be greater than or equal to {}", min),
           "greater_than_equal");
    return std::nullopt;
  }
  if (*parsed > max) {
    report(name, fmt::format("Input should be less than or equal to {}", max), "less_than_equal");
    return std::nullopt;
  }
  return parsed;
}

std::vector<std::int64_t> Query::integers(std::string_view name) {
  std::vector<std::int64_t> values;
  for (const auto& value : texts(name)) {
    if (const auto parsed = parse_integer(value))
      values.push_back(*parsed);
    else
      report(name, "Input should be a valid integer, unable to parse string as an integer",
             "int_parsing");
  }
  return values;
}

std::optional<double> Query::number(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = parse_number(*value);
  if (!parsed)
    report(name, "Input should be a valid number, unable to parse string as a number",
           "float_parsing");
  return parsed;
}

std::optional<Instant> Query::instant(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  auto parsed = parse_instant(*value);
  if (parsed) return *parsed;
  report(name, parsed.error().message, "datetime_parsing");
  return std::nullopt;
}

std::optional<std::string> Query::word(std::string_view name,
                                       const std::vector<std::string>& names) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (std::find(names.begin(), names.end(), *value) != names.end()) return value;
  report(name, fmt::format("Input should be one of {}", fmt::join(names, ", ")), "enum");
  return std::nullopt;
}

storage::Page Query::page() {
  storage::Page page;
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  page.limit = std::min<std::int64_t>(integer("limit", 0, any).value_or(50), 100);
  page.offset = integer("offset", 0, max_offset).value_or(0);
  return page;
}

Result<storage::Order> parse_order(std::string_view text, bool (*is_known)(std::string_view)) {
  storage::Order order{.name = std::string(text), .descending = text.starts_with('-')};
  if (order.descending) order.name.erase(0, 1);
  if (is_known(order.name)) return order;
  return fail(ErrorCode::invalid_argument,
              fmt::format("order_by: cannot sort by \"{}\"; see /openapi.json for the names",
                          order.name.substr(0, 100)));
}

std::vector<storage::Order> Query::order_by(bool (*is_known)(std::string_view),
                                            std::vector<storage::Order> otherwise) {
  const auto names = texts("order_by");
  if (names.empty()) return otherwise;
  std::vector<storage::Order> orders;
  for (const auto& name : names) {
    auto order = parse_order(name, is_known);
    if (order)
      orders.push_back(std::move(*order));
    else if (!bad_order_)
      bad_order_ = order.error();
  }
  if (orders.size() > max_orders && !bad_order_)
    bad_order_ =
        Error{ErrorCode::invalid_argument, fmt::format("order_by: at most {} names", max_orders)};
  return orders;
}

void Query::report(std::string_view name, std::string msg, std::string type) {
  issues_.push_back({{"query", std::string(name)}, std::move(msg), std::move(type)});
}

Outcome<void> Query::check() {
  if (!issues_.empty()) return tl::make_unexpected(Failure(std::move(issues_)));
  if (bad_order_) return tl::make_unexpected(Failure(*bad_order_));
  return {};
}

void add_instant_range(storage::Filter& filter, Query& query, std::string_view prefix,
                       std::string_view sql) {
  for (const auto& [suffix, comparison] : range_suffixes)
    if (const auto at = query.instant(std::string(prefix).append(suffix)))
      filter.add(std::string(sql).append(comparison), {to_micros(*at)});
}

void add_number_range(storage::Filter& filter, Query& query, std::string_view prefix,
                      std::string_view sql) {
  for (const auto& [suffix, comparison] : range_suffixes)
    if (const auto value = query.number(std::string(prefix).append(suffix)))
      filter.add(std::string(sql).append(comparison), {*value});
}

void add_pattern(storage::Filter& filter, const Query& query, std::string_view name,
                 std::string_view sql) {
  if (const auto pattern = query.text(name)) filter.add_pattern(sql, *pattern);
}

}  // namespace weft::api
