#include "server/secrets/shallow_json.h"

#include <algorithm>

namespace weft::secrets {

ShallowJson parse_shallow(std::string_view text) {
  using nlohmann::json;
  ShallowJson read;
  try {
    // What is too deep is dropped while it is read.
    read.value = json::parse(text, [&](int depth, json::parse_event_t, const json&) {
      read.is_deep = read.is_deep || depth > max_json_levels;
      return depth <= max_json_levels;
    });
  } catch (const json::parse_error& error) {
    // The place alone: its words would show what stands there.
    read.error_byte = std::max<std::size_t>(error.byte, 1);
  } catch (const json::exception&) {
    read.error_byte = 1;  // a number beyond all bounds
  }
  return read;
}

}  // namespace weft::secrets
