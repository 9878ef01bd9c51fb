#pragma once

#include <string>
#include <string_view>

#include "tests/simulation/checker.h"

namespace weft::sim {

inline std::string text(std::string_view view) {
  return std::string(view);
}

template <class Id>
std::string text(Id id) requires requires {
  id.value;
}
{ return std::to_string(id.value); }

/// Throws Violation with these words unless the condition holds.
inline void require(bool condition, const std::string& what) {
  if (!condition) throw Violation(what);
}

}  // namespace weft::sim
