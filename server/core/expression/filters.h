#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/expression/syntax.h"

namespace weft::expression_detail {

struct FilterSpec {
  std::string_view name;
  Filter filter;
  std::size_t least_arguments;
  std::size_t most_arguments;
  std::string_view usage;  ///< for messages
};

/// nullptr for an unknown name.
const FilterSpec* find_filter(std::string_view name);
std::vector<std::string_view> filter_names();

/// A value or why there is none.
using FilterResult = tl::expected<nlohmann::json, std::string>;
inline tl::unexpected<std::string> refuse(std::string message) {
  return tl::unexpected<std::string>(std::move(message));
}

/// Applies any filter but `default`, whose input may be missing: that is the evaluator's.
FilterResult apply_filter(Filter filter, const nlohmann::json& input,
                          const std::vector<nlohmann::json>& arguments);

/// The filters over dates (filters_date.cc). The form of a date is kept: `2026-01-31` and
/// `20260131` stay days, an instant stays an instant.
FilterResult format_date(const nlohmann::json& input, const std::string& format);
FilterResult shift_date(const nlohmann::json& input, const nlohmann::json& amount,
                        std::int64_t unit_hours);

/// Text of a value as it is inserted: null is "", true is "true", numbers shortest, objects and
/// lists compact JSON.
std::string text_of(const nlohmann::json& value);

/// "a list", "a number" …, for messages.
std::string_view kind_of(const nlohmann::json& value);

/// Truth as in Python.
bool is_true(const nlohmann::json& value);

/// Bytes of a value, about; more than `limit` (or nested too deep) returns limit + 1.
std::size_t measure(const nlohmann::json& value, std::size_t limit);

}  // namespace weft::expression_detail
