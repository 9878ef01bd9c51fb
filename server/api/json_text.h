#pragma once

// JSON written straight as text. A page of a hundred task instances as a tree of nlohmann::json is
// some ten thousand allocations, three quarters of what the page costs; the long lists therefore
// write their rows with this. Everything else builds trees.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/instant.h"

namespace weft::api {

/// Members and values in the order in which they are put; commas come by themselves. That objects
/// and arrays are closed, and that a value follows a name, is the caller's to see to.
class JsonText {
 public:
  void begin_object();
  void end_object() { text_ += '}'; }
  void begin_array();
  void end_array() { text_ += ']'; }
  /// What follows is this member's value. `name` is the API's own, hence not escaped.
  void name(std::string_view name);

  void put(std::nullptr_t);
  void put(bool value);
  void put(std::int64_t value);
  void put(double value);            ///< what is no number is null
  void put(std::string_view value);  ///< bytes that are no UTF-8 are replaced by U+FFFD
  void put(const char* value) { put(std::string_view(value)); }
  void put(Instant at);
  /// Only this, not what could become one.
  template <std::same_as<nlohmann::json> T>
  void put(const T& value) {
    put_tree(value);
  }
  template <std::integral T>
  requires(!std::same_as<T, bool>) void put(T value) { put(static_cast<std::int64_t>(value)); }
  template <class T>
  void put(const std::optional<T>& value) {
    if (value)
      put(*value);
    else
      put(nullptr);
  }

  template <class T>
  void member(std::string_view name, const T& value) {
    this->name(name);
    put(value);
  }
  /// "" is null.
  void text_or_null(std::string_view name, std::string_view value);

  std::string take() && { return std::move(text_); }

 private:
  void comma();
  void put_tree(const nlohmann::json& value);

  std::string text_;
};

}  // namespace weft::api
