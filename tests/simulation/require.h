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

/// Throws Violation with these words unless the condition holds. A macro, as the words are put
/// together only then: they were a sixth of a simulation's time.
#define REQUIRE(condition, what) \
  ((condition) ? static_cast<void>(0) : throw ::weft::sim::Violation(what))

}  // namespace weft::sim
