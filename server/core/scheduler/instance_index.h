#pragma once

#include <compare>
#include <cstdint>

namespace weft {

/// Position of a task instance in its run: the first ones are one per task, in task order; further
/// instances of a mapped task are appended. A position keeps its meaning while the run is active,
/// and a restart finds the same ones, since instances are made in this order.
struct InstanceIndex {
  std::int32_t value = -1;
  constexpr auto operator<=>(const InstanceIndex&) const = default;
};

}  // namespace weft
