#include "server/core/dag/json_tree.h"

#include <charconv>

namespace weft {

std::string_view words_for(JsonKind kind) {
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "true or false";
    case JsonKind::integer: return "a whole number";
    case JsonKind::real: return "a number";
    case JsonKind::string: return "a string";
    case JsonKind::array: return "a list";
    case JsonKind::object: return "an object";
  }
  return "a value";
}

std::optional<std::int64_t> JsonRef::as_integer() const {
  std::int64_t value = 0;
  const std::string_view digits = text();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

double JsonRef::as_double() const {
  double value = 0;
  std::from_chars(text().data(), text().data() + text().size(), value);
  return value;
}

JsonRef JsonRef::find(std::string_view key) const {
  for (JsonRef child = first(); child; child = child.next()) {
    if (child.key() == key) return child;
  }
  return {};
}

namespace {

nlohmann::json number_of(const JsonRef& ref) {
  if (const auto whole = ref.as_integer()) return *whole;
  std::uint64_t large = 0;
  const std::string_view digits = ref.text();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), large);
  if (error == std::errc() && end == digits.data() + digits.size()) return large;
  return ref.as_double();
}

/// RFC 6901: `~` and `/` in keys are written ~0 and ~1.
void append_escaped(std::string& pointer, std::string_view key) {
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

/// From the root to the value, the root left out.
std::vector<const JsonNode*> chain_to(const JsonRef& ref) {
  std::vector<const JsonNode*> chain;
  for (std::uint32_t i = ref.index(); i != 0; i = ref.tree().node(i).parent) {
    chain.push_back(&ref.tree().node(i));
  }
  return {chain.rbegin(), chain.rend()};
}

}  // namespace

nlohmann::json JsonRef::to_json() const {
  switch (kind()) {
    case JsonKind::null: return nullptr;
    case JsonKind::boolean: return truth();
    case JsonKind::integer:
    case JsonKind::real: return number_of(*this);
    case JsonKind::string: return std::string(text());
    case JsonKind::array: {
      nlohmann::json items = nlohmann::json::array();
      for (JsonRef child = first(); child; child = child.next()) items.push_back(child.to_json());
      return items;
    }
    case JsonKind::object: break;
  }
  nlohmann::json members = nlohmann::json::object();
  for (JsonRef child = first(); child; child = child.next()) {
    members[std::string(child.key())] = child.to_json();
  }
  return members;
}

std::string JsonRef::pointer() const {
  std::string pointer;
  for (const JsonNode* link : chain_to(*this)) {
    pointer += '/';
    if (link->has_key) {
      append_escaped(pointer, link->key);
    } else {
      pointer += std::to_string(link->ordinal);
    }
  }
  return pointer;
}

std::string JsonRef::path() const {
  std::string path;
  for (const JsonNode* link : chain_to(*this)) {
    if (!link->has_key) {
      path += '[' + std::to_string(link->ordinal) + ']';
      continue;
    }
    if (!path.empty()) path += '.';
    path += link->key.substr(0, 100);
  }
  return path;
}

}  // namespace weft
