#include "server/core/expression/filters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "server/core/expression/suggest.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;

constexpr std::array<FilterSpec, 20> specs = {{
    {"default", Filter::default_, 1, 2, "default(value) or default(value, true)"},
    {"upper", Filter::upper, 0, 0, "upper"},
    {"lower", Filter::lower, 0, 0, "lower"},
    {"replace", Filter::replace, 2, 2, "replace(old, new)"},
    {"join", Filter::join, 0, 1, "join or join(separator)"},
    {"split", Filter::split, 0, 1, "split or split(separator)"},
    {"length", Filter::length, 0, 0, "length"},
    {"int", Filter::int_, 0, 1, "int or int(fallback)"},
    {"float", Filter::float_, 0, 1, "float or float(fallback)"},
    {"string", Filter::string, 0, 0, "string"},
    {"json", Filter::json, 0, 0, "json"},
    {"first", Filter::first, 0, 0, "first"},
    {"last", Filter::last, 0, 0, "last"},
    {"sort", Filter::sort, 0, 1, "sort or sort(reverse)"},
    {"unique", Filter::unique, 0, 0, "unique"},
    {"date", Filter::date, 0, 1, "date or date(format)"},
    {"add_days", Filter::add_days, 1, 1, "add_days(number)"},
    {"add_hours", Filter::add_hours, 1, 1, "add_hours(number)"},
    {"tojson", Filter::tojson, 0, 0, "tojson"},
    {"urlencode", Filter::urlencode, 0, 0, "urlencode"},
}};

tl::unexpected<std::string> wrong_kind(std::string_view wanted, const json& found) {
  return refuse(std::string(wanted) + " expected, found " + std::string(kind_of(found)));
}

tl::unexpected<std::string> too_large() {
  return refuse("the result is larger than 1 MiB");
}

const std::string* as_text(const json& value) {
  return value.is_string() ? value.get_ptr<const std::string*>() : nullptr;
}

/// ASCII only: what a locale makes of other letters must not change between two machines.
FilterResult change_case(const json& input, bool upper) {
  std::string text = text_of(input);
  for (char& c : text) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

FilterResult replace_text(const json& input, const json& from, const json& to) {
  const std::string* text = as_text(input);
  if (!text) return wrong_kind("a string", input);
  const std::string old = text_of(from), made = text_of(to);
  if (old.empty()) return refuse("the text to replace is empty");
  std::string result;
  std::size_t start = 0;
  while (true) {
    const std::size_t found = text->find(old, start);
    result.append(*text, start, found == std::string::npos ? found : found - start);
    if (found == std::string::npos) return result;
    result += made;
    if (result.size() > max_result_bytes) return too_large();
    start = found + old.size();
  }
}

FilterResult join_items(const json& input, const std::string& separator) {
  if (!input.is_array()) return wrong_kind("a list", input);
  std::string result;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (i > 0) result += separator;
    result += text_of(input[i]);
    if (result.size() > max_result_bytes) return too_large();
  }
  return result;
}

FilterResult split_on(const std::string& text, const std::string& separator) {
  if (separator.empty()) return refuse("the separator is empty");
  json result = json::array();
  std::size_t start = 0;
  while (true) {
    const std::size_t found = text.find(separator, start);
    result.push_back(text.substr(start, found == std::string::npos ? found : found - start));
    if (found == std::string::npos) return result;
    start = found + separator.size();
  }
}

FilterResult split_words(const std::string& text) {
  json result = json::array();
  std::size_t start = 0;
  while ((start = text.find_first_not_of(" \t\r\n", start)) != std::string::npos) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", start), text.size());
    result.push_back(text.substr(start, end - start));
    start = end;
  }
  return result;
}

FilterResult length_of(const json& input) {
  if (input.is_array() || input.is_object()) return input.size();
  const std::string* text = as_text(input);
  if (!text) return wrong_kind("a string, list or object", input);
  return std::count_if(text->begin(), text->end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // characters, not bytes
  });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

FilterResult to_float(const json& input) {
  if (input.is_boolean()) return input.get<bool>() ? 1.0 : 0.0;
  if (input.is_number()) return input.get<double>();
  const std::string* text = as_text(input);
  if (!text) return wrong_kind("a number or a string", input);
  const std::string_view digits = trimmed(*text);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    return refuse(shown(*text) + " is no number");
  }
  return value;
}

FilterResult to_int(const json& input) {
  if (input.is_number_integer()) return input;
  if (const std::string* text = as_text(input)) {
    const std::string_view digits = trimmed(*text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc() && end == digits.data() + digits.size()) return value;
  }
  const FilterResult number = to_float(input);
  if (!number) return number;
  const double whole = std::trunc(number->get<double>());
  if (std::fabs(whole) >= 9.2e18) return refuse("the number does not fit into 64 bits");
  return static_cast<std::int64_t>(whole);
}

FilterResult parse_json(const json& input) {
  const std::string* text = as_text(input);
  if (!text) return wrong_kind("a string", input);
  if (text->size() > max_result_bytes) return too_large();
  constexpr int deepest = 64;
  bool deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json&) {
    if (depth > deepest && event != json::parse_event_t::value) deep = true;
    return !deep;
  };
  json value = json::parse(*text, watch, false);
  if (deep) return refuse("the JSON is nested more than 64 levels deep");
  if (value.is_discarded()) return refuse(shown(*text) + " is no JSON");
  return value;
}

FilterResult pick_end(const json& input, bool first) {
  if (input.is_null()) return nullptr;
  if (input.is_array()) {
    if (input.empty()) return nullptr;
    return first ? input.front() : input.back();
  }
  const std::string* text = as_text(input);
  if (!text) return wrong_kind("a list or a string", input);
  if (text->empty()) return nullptr;
  std::size_t at = first ? 1 : text->size() - 1;
  const auto inside = [&](std::size_t i) {
    return (static_cast<unsigned char>((*text)[i]) & 0xC0) == 0x80;
  };
  if (first) {
    while (at < text->size() && inside(at)) ++at;
    return text->substr(0, at);
  }
  while (at > 0 && inside(at)) --at;
  return text->substr(at);
}

FilterResult sort_items(const json& input, bool reverse) {
  if (!input.is_array()) return wrong_kind("a list", input);
  const auto all = [&](auto&& is) { return std::all_of(input.begin(), input.end(), is); };
  if (!all([](const json& item) { return item.is_number(); }) &&
      !all([](const json& item) { return item.is_string(); })) {
    return refuse("only a list of numbers or a list of strings can be sorted");
  }
  json result = input;
  std::stable_sort(result.begin(), result.end());
  if (reverse) std::reverse(result.begin(), result.end());
  return result;
}

FilterResult unique_items(const json& input) {
  if (!input.is_array()) return wrong_kind("a list", input);
  std::unordered_set<std::string> seen;
  json result = json::array();
  for (const json& item : input) {
    if (seen.insert(item.dump(-1, ' ', false, json::error_handler_t::replace)).second) {
      result.push_back(item);
    }
  }
  return result;
}

FilterResult encode_url(const json& input) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view kept = "-_.~/";
  std::string result;
  for (const char c : text_of(input)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return result;
}

}  // namespace

const FilterSpec* find_filter(std::string_view name) {
  for (const FilterSpec& spec : specs) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

std::vector<std::string_view> filter_names() {
  std::vector<std::string_view> names;
  for (const FilterSpec& spec : specs) names.push_back(spec.name);
  return names;
}

FilterResult apply_filter(Filter filter, const json& input, const std::vector<json>& arguments) {
  const bool has_argument = !arguments.empty();
  switch (filter) {
    case Filter::default_: return input;
    case Filter::upper: return change_case(input, true);
    case Filter::lower: return change_case(input, false);
    case Filter::replace: return replace_text(input, arguments[0], arguments[1]);
    case Filter::join: return join_items(input, has_argument ? text_of(arguments[0]) : "");
    case Filter::split:
      if (!input.is_string()) return wrong_kind("a string", input);
      return has_argument ? split_on(input.get_ref<const std::string&>(), text_of(arguments[0]))
                          : split_words(input.get_ref<const std::string&>());
    case Filter::length: return length_of(input);
    case Filter::int_:
    case Filter::float_: {
      FilterResult number = filter == Filter::int_ ? to_int(input) : to_float(input);
      return !number && has_argument ? FilterResult(arguments[0]) : number;
    }
    case Filter::string: return text_of(input);
    case Filter::json: return parse_json(input);
    case Filter::first: return pick_end(input, true);
    case Filter::last: return pick_end(input, false);
    case Filter::sort: return sort_items(input, has_argument && is_true(arguments[0]));
    case Filter::unique: return unique_items(input);
    case Filter::date: return format_date(input, has_argument ? text_of(arguments[0]) : "%Y-%m-%d");
    case Filter::add_days: return shift_date(input, arguments[0], 24);
    case Filter::add_hours: return shift_date(input, arguments[0], 1);
    case Filter::tojson: return input.dump(-1, ' ', false, json::error_handler_t::replace);
    case Filter::urlencode: return encode_url(input);
  }
  return refuse("unknown filter");
}

}  // namespace weft::expression_detail
