#pragma once

// JSON of somebody else's: how deep it is nested is known before anything walks down it.

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace weft {

inline constexpr int max_json_levels = 64;

/// Is the text nested no deeper than `levels`? Strings are skipped; says nothing of the rest.
bool is_shallow(std::string_view json, int levels = max_json_levels);

/// What was read, no deeper than max_json_levels.
struct ShallowJson {
  nlohmann::json value;
  bool is_deep = false;
  std::size_t error_byte = 0;  ///< from 1 on; 0: it is JSON
  std::string error;           ///< the parser's words, which may show what stands there

  bool good() const { return !is_deep && error_byte == 0; }
};

ShallowJson parse_shallow(std::string_view text);

}  // namespace weft
