#pragma once

// A pull reader of JSON that fills structs without building a tree: the hot path of the worker
// protocol. The first error sticks and carries the path of the field that was wrong.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weft::wire {

/// Reads one JSON text, front to back. Every read function returns false once something was wrong;
/// what it would have filled is then unspecified. The text must outlive the reader.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  /// Calls `on_field(key)` for each field; it consumes the value (read, or skip for an unknown
  /// key) and returns whether that went well. `key` is valid until the value is read.
  template <class OnField>
  bool object(OnField&& on_field) {
    if (!open('{', "an object")) return false;
    if (take('}')) return leave();
    do {
      std::string key;
      if (!key_into(key)) return false;
      if (!on_field(std::string_view(key))) return prepend_key(key);
    } while (take(','));
    return close('}');
  }

  /// Calls `on_element()` for each element; at most `max` of them.
  template <class OnElement>
  bool array(std::size_t max, OnElement&& on_element) {
    if (!open('[', "an array")) return false;
    if (take(']')) return leave();
    std::size_t count = 0;
    do {
      if (count == max) return error("has more elements than the limit");
      if (!on_element()) return prepend_index(count);
      ++count;
    } while (take(','));
    return close(']');
  }

  bool read(std::int64_t& value);
  bool read(int& value);
  bool read(bool& value);
  bool read(std::string& value);
  bool read(std::vector<std::int64_t>& values, std::size_t max);
  bool read(std::vector<std::string>& values, std::size_t max);
  bool read(std::map<std::string, std::string>& values, std::size_t max);
  /// Any value at all, as a tree.
  bool read(nlohmann::json& value);
  /// Passes over any value.
  bool skip();

  /// Fails with `why` at the current place: a value that has the right type but is wrong.
  bool error(std::string_view why);

  /// To be called last: whether all went well and nothing but white space is left.
  bool finish();

  /// What went wrong, with the field's path or, for bad syntax, the byte.
  Error failure() const;

 private:
  static constexpr int max_depth = 100;

  void white_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool take(char c) {
    white_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool open(char c, std::string_view what);
  bool close(char c);
  bool leave() {
    --depth_;
    return true;
  }
  bool key_into(std::string& key);
  bool string_into(std::string& value);
  bool escape_into(std::string& value);
  bool hex4(unsigned& code);
  bool word(std::string_view text);
  bool skip_number();
  bool syntax(std::string_view why);
  bool prepend_key(std::string_view key);
  bool prepend_index(std::size_t index);

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_ = 0;
  bool failed_ = false;
  bool bad_syntax_ = false;
  std::string path_;
  std::string why_;
};

}  // namespace weft::wire
