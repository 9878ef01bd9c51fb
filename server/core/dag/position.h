#pragma once

#include <cstddef>
#include <cstdint>

namespace weft {

/// A position that is known not to be negative, as an index.
inline std::size_t at(std::int32_t position) {
  return static_cast<std::size_t>(position);
}

}  // namespace weft
