#pragma once

// One run's graph: what each task instance's upstreams have come to, and what its trigger rule
// makes of that. Incremental: a settled instance touches its direct downstreams only.

#include <vector>

#include "server/core/dag/dag.h"
#include "server/core/scheduler/trigger_rule.h"

namespace weft {

class RunGraph {
 public:
  explicit RunGraph(const Dag& dag);

  /// `task` reached a terminal state. Appends to `decided` each direct downstream whose rule now
  /// says something else than wait (it may have been decided before: the caller knows its state).
  void settle(TaskIndex task, TaskState state, std::vector<TaskIndex>& decided);
  /// What the rule of `task` says now.
  RuleVerdict verdict(TaskIndex task) const;
  const UpstreamCounts& counts(TaskIndex task) const;

  /// The direct downstreams of a branch that shall be skipped: not chosen, and not reachable from
  /// a chosen one.
  std::vector<TaskIndex> not_chosen(TaskIndex branch, const std::vector<TaskIndex>& chosen) const;

 private:
  const Dag& dag_;
  std::vector<UpstreamCounts> counts_;
};

}  // namespace weft
