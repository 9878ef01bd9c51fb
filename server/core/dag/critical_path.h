#pragma once

#include <optional>
#include <span>
#include <vector>

#include "server/core/dag/dag.h"

namespace weft {

/// When a task instance of a run became ready, began and ended.
struct TimedInstance {
  TaskIndex task;  ///< of the run's version
  std::int32_t map_index = -1;
  std::optional<Instant> ready, start, end;
};

/// The chain of instances that determined when the run ended, or so far, how far it is: from the
/// first to the last, positions in `instances`, each one waited for by the next. The last one is
/// that which ended last, or runs still; before each stands the upstream that ended last among
/// those that had ended when it became ready. Empty when nothing has begun or ended.
std::vector<std::size_t> critical_path(const Dag& dag, std::span<const TimedInstance> instances);

}  // namespace weft
