#pragma once

#include "proto/wire/vocabulary.h"
#include "server/core/dag/dag.h"

namespace weft::sim {

/// Counts of the direct upstreams' states.
struct Seen {
  int n = 0, s = 0, k = 0, f = 0, u = 0;
  int done() const { return s + k + f + u; }
};

/// The table of trigger rules a second time, as conditions: may the task run now?
bool may_run(TriggerRule rule, const Seen& seen);
/// May it be set to `state` (skipped or upstream_failed) without running?
bool may_set(TriggerRule rule, const Seen& seen, TaskState state);

}  // namespace weft::sim
