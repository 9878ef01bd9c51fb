#pragma once

#include "server/core/scheduler/state.h"

namespace weft {

/// How a group with retries stands, from the states of its instances.
struct GroupStanding {
  bool is_over = true;      ///< all of it is terminal
  bool has_failed = false;  ///< a member has finally failed
  bool runs_again = false;  ///< it is over, but for a retry
  std::int32_t used = 0;    ///< retries so far
};
GroupStanding standing_of(const ActiveRun& run, std::int32_t group);

}  // namespace weft
