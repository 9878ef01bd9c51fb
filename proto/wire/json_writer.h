#pragma once

// JSON text written straight into a string: the hot path of the worker protocol. Everything that
// is not hot uses nlohmann::json.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::wire {

/// Appends `text` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

void append_json_integer(std::string& out, std::int64_t value);

/// Writes the fields of one object in the order of the calls; `close` ends it.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

  /// Writes `"name":` and returns the text to append the value to. `name` needs no escaping.
  std::string& field(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void integer(std::string_view name, std::int64_t value) {
    append_json_integer(field(name), value);
  }
  void string(std::string_view name, std::string_view value) {
    append_json_string(field(name), value);
  }
  void boolean(std::string_view name, bool value) { field(name) += value ? "true" : "false"; }
  void integers(std::string_view name, const std::vector<std::int64_t>& values);
  void strings(std::string_view name, const std::vector<std::string>& values);
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

/// Appends `[a,b,…]`, each element written by `write(out, element)`.
template <class Container, class Write>
void append_json_array(std::string& out, const Container& elements, Write write) {
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out += ',';
    first = false;
    write(out, element);
  }
  out += ']';
}

}  // namespace weft::wire
