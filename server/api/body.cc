#include "server/api/body.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shallow_json.h"

namespace weft::api {
namespace {

tl::unexpected<Failure> bad_json(std::string msg) {
  return refuse({{"body"}, std::move(msg), "json_invalid"});
}

}  // namespace

Outcome<Body> Body::parse(std::string_view text, bool may_be_empty) {
  Body body;
  body.fields_ = nlohmann::json::object();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    if (may_be_empty) return body;
    return refuse({{"body"}, "Field required", "missing"});
  }
  ShallowJson read = parse_shallow(text);
  if (read.is_deep)
    return bad_json(fmt::format("JSON may be nested at most {} levels deep", max_json_levels));
  if (!read.good()) return bad_json("JSON decode error: " + read.error);
  body.fields_ = std::move(read.value);
  if (!body.fields_.is_object())
    return refuse({{"body"}, "Input should be a valid dictionary", "model_attributes_type"});
  return body;
}

Outcome<Body> Body::part(const nlohmann::json& value, std::vector<std::string> place) {
  if (!value.is_object())
    return refuse(
        {std::move(place), "Input should be a valid dictionary", "model_attributes_type"});
  Body body;
  body.fields_ = value;
  body.place_ = std::move(place);
  return body;
}

const nlohmann::json* Body::find(std::string_view name) {
  known_.emplace_back(name);
  const auto found = fields_.find(known_.back());
  if (found == fields_.end() || found->is_null()) return nullptr;
  return &*found;
}

bool Body::has(std::string_view name) {
  known_.emplace_back(name);
  return fields_.contains(known_.back());
}

std::optional<std::string> Body::text(std::string_view name, std::size_t max_length) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    report(name, "Input should be a valid string", "string_type");
    return std::nullopt;
  }
  auto text = value->get<std::string>();
  if (text.size() <= max_length) return text;
  report(name, fmt::format("String should have at most {} characters", max_length),
         "string_too_long");
  return std::nullopt;
}

std::optional<bool> Body::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  report(name, "Input should be a valid boolean", "bool_type");
  return std::nullopt;
}

std::optional<std::int64_t> Body::integer(std::string_view name, std::int64_t min,
                                          std::int64_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer() ||
      (value->is_number_unsigned() &&
       value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())) {
    report(name, "Input should be a valid integer", "int_type");
    return std::nullopt;
  }
  const auto number = value->get<std::int64_t>();
  if (number >= min && number <= max) return number;
  report(name, fmt::format("Input should be between {} and {}", min, max),
         number < min ? "greater_than_equal" : "less_than_equal");
  return std::nullopt;
}

std::optional<double> Body::number(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  report(name, "Input should be a valid number", "float_type");
  return std::nullopt;
}

std::optional<Instant> Body::instant(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    report(name, "Input should be a valid datetime", "datetime_type");
    return std::nullopt;
  }
  auto parsed = parse_instant(value->get_ref<const std::string&>());
  if (parsed) return *parsed;
  report(name, parsed.error().message, "datetime_parsing");
  return std::nullopt;
}

nlohmann::json Body::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_object()) return *value;
  report(name, "Input should be a valid dictionary", "dict_type");
  return nullptr;
}

std::optional<std::vector<std::string>> Body::words(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> words;
  if (value->is_array()) {
    for (const auto& word : *value)
      if (word.is_string() || word.is_null())
        words.push_back(word.is_null() ? "none" : word.get<std::string>());
    if (words.size() == value->size()) return words;
  }
  report(name, "Input should be a list of strings", "list_type");
  return std::nullopt;
}

void Body::require(std::string_view name) {
  if (find(name) == nullptr) report(name, "Field required", "missing");
}

void Body::report(std::string_view name, std::string msg, std::string type) {
  auto place = place_;
  place.emplace_back(name);
  issues_.push_back({std::move(place), std::move(msg), std::move(type)});
}

Outcome<void> Body::check() {
  for (const auto& [name, value] : fields_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      report(name.substr(0, 100), "Extra inputs are not permitted", "extra_forbidden");
  if (issues_.empty()) return {};
  return tl::make_unexpected(Failure(std::move(issues_)));
}

}  // namespace weft::api
