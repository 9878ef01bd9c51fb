#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

namespace weft::secrets {

inline constexpr int max_json_levels = 64;

/// JSON of somebody else's, read so that no later walk over it goes deeper than max_json_levels.
struct ShallowJson {
  nlohmann::json value;
  bool is_deep = false;
  std::size_t error_byte = 0;  ///< from 1 on; 0: it is JSON

  bool good() const { return !is_deep && error_byte == 0; }
};

ShallowJson parse_shallow(std::string_view text);

}  // namespace weft::secrets
