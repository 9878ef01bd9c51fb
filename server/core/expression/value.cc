#include "server/core/expression/filters.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;
constexpr int max_value_depth = 128;

/// Adds the bytes of `value` to `total` until it is above `limit`.
void add_size(const json& value, std::size_t limit, int depth, std::size_t& total) {
  if (depth > max_value_depth) total = limit + 1;
  if (total > limit) return;
  total += 8;
  if (value.is_string()) {
    total += value.get_ref<const std::string&>().size();
  } else if (value.is_array()) {
    for (const json& item : value) add_size(item, limit, depth + 1, total);
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      total += key.size();
      add_size(item, limit, depth + 1, total);
    }
  }
}

}  // namespace

std::size_t measure(const json& value, std::size_t limit) {
  std::size_t total = 0;
  add_size(value, limit, 0, total);
  return std::min(total, limit + 1);
}

std::string text_of(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view kind_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null: return "null";
    case json::value_t::boolean: return "a truth value";
    case json::value_t::string: return "a string";
    case json::value_t::array: return "a list";
    case json::value_t::object: return "an object";
    default: return "a number";
  }
}

bool is_true(const json& value) {
  switch (value.type()) {
    case json::value_t::null: return false;
    case json::value_t::boolean: return value.get<bool>();
    case json::value_t::string: return !value.get_ref<const std::string&>().empty();
    case json::value_t::array:
    case json::value_t::object: return !value.empty();
    default: return value.get<double>() != 0;
  }
}

}  // namespace weft::expression_detail
