#pragma once

// One run's graph: what each task instance's upstreams have come to, and what its trigger rule
// makes of that. Incremental: a settled instance touches its direct downstreams only.

#include <span>
#include <vector>

#include "server/core/dag/dag.h"
#include "server/core/scheduler/instance_index.h"
#include "server/core/scheduler/trigger_rule.h"

namespace weft {

class RunGraph {
 public:
  explicit RunGraph(const Dag& dag);

  /// All instances of a task, by map index.
  std::span<const InstanceIndex> members(TaskIndex task) const;
  TaskIndex task_of(InstanceIndex instance) const {
    return task_of_[static_cast<std::size_t>(instance.value)];
  }

  /// An instance reached a terminal state. Appends to `decided` each instance directly downstream
  /// whose rule now says something else than wait (it may have been decided before: the caller
  /// knows its state).
  void settle(InstanceIndex instance, TaskState state, std::vector<InstanceIndex>& decided);
  /// It left that state again.
  void unsettle(InstanceIndex instance, TaskState state);
  /// What the rule of an instance's task says now.
  RuleVerdict verdict(InstanceIndex instance) const;
  const UpstreamCounts& counts(InstanceIndex instance) const;

  /// The direct downstreams of a branch that shall be skipped: not chosen, and not reachable from
  /// a chosen one.
  std::vector<TaskIndex> not_chosen(TaskIndex branch, const std::vector<TaskIndex>& chosen) const;

 private:
  const Dag& dag_;
  std::vector<TaskIndex> task_of_;      ///< by position
  std::vector<InstanceIndex> first_;    ///< by task: its own position
  std::vector<UpstreamCounts> counts_;  ///< by position
};

}  // namespace weft
