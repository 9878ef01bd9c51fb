#pragma once

#include "server/core/dag/dag.h"

namespace weft {

/// Fills in what lies between setups and teardowns, and which tasks' failures fail a run: leaves,
/// or all by run_fails_on; a task is a leaf when nothing but teardowns depends on it. False: that
/// would be too much to keep, and the DAG is unfinished.
bool settle_teardowns(Dag& dag);

}  // namespace weft
