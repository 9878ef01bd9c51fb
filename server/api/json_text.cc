#include "server/api/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace weft::api {
namespace {

/// Stands in JSON as it is.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

}  // namespace

void JsonText::comma() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

void JsonText::begin_object() {
  comma();
  text_ += '{';
}

void JsonText::begin_array() {
  comma();
  text_ += '[';
}

void JsonText::name(std::string_view name) {
  comma();
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

void JsonText::put(std::nullptr_t) {
  comma();
  text_ += "null";
}

void JsonText::put(bool value) {
  comma();
  text_ += value ? "true" : "false";
}

void JsonText::put(std::int64_t value) {
  comma();
  text_ += fmt::format_int(value).c_str();
}

void JsonText::put(double value) {
  if (!std::isfinite(value)) return put(nullptr);
  comma();
  const auto begin = text_.size();
  fmt::format_to(std::back_inserter(text_), "{}", value);
  // Also a whole one is read back as a fraction by callers who tell the two apart.
  if (text_.find_first_of(".e", begin) == std::string::npos) text_ += ".0";
}

void JsonText::put(std::string_view value) {
  comma();
  if (std::all_of(value.begin(), value.end(), is_plain)) {
    text_ += '"';
    text_ += value;
    text_ += '"';
  } else {
    text_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void JsonText::put(Instant at) {
  put(std::string_view(format_instant_z(at)));
}

void JsonText::put_tree(const nlohmann::json& value) {
  comma();
  text_ += value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void JsonText::text_or_null(std::string_view name, std::string_view value) {
  this->name(name);
  if (value.empty())
    put(nullptr);
  else
    put(value);
}

}  // namespace weft::api
