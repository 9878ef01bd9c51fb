#include "base/shallow_json.h"

#include <algorithm>

namespace weft {

bool is_shallow(std::string_view json, int levels) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > levels) return false;
  }
  return true;
}

ShallowJson parse_shallow(std::string_view text) {
  ShallowJson read;
  read.is_deep = !is_shallow(text);
  if (read.is_deep) return read;
  try {
    read.value = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    read.error_byte = std::max<std::size_t>(error.byte, 1);
    read.error = error.what();
  } catch (const nlohmann::json::exception& error) {
    read.error_byte = 1;  // a number beyond all bounds
    read.error = error.what();
  }
  return read;
}

}  // namespace weft
