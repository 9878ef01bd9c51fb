#pragma once

// One run's graph: what each task instance's upstreams have come to, and what its trigger rule
// makes of that. Incremental: a settled instance touches its direct downstreams only.
//
// A mapped task has one instance until it expands, then one per element; all of them count for its
// downstreams. Within a mapped group element i counts for element i alone.

#include <span>
#include <unordered_map>
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
  TaskIndex task_of(InstanceIndex instance) const { return place(instance).task; }
  bool is_expanded(TaskIndex task) const { return expanded_.contains(task.value); }

  /// The tasks run over `length` elements: their own instances are element 0. Until the others are
  /// added they count as unfinished upstreams. Again, with another length, when they are mapped
  /// anew.
  void expand(std::span<const TaskIndex> tasks, std::int32_t length);
  /// The instance at the next position: the next element of an expanded task.
  InstanceIndex add(TaskIndex task);

  /// An instance reached a terminal state. Appends to `decided` each instance directly downstream
  /// whose rule now says something else than wait (it may have been decided before: the caller
  /// knows its state).
  void settle(InstanceIndex instance, TaskState state, std::vector<InstanceIndex>& decided);
  /// Delivers a group with retries: until then nothing outside of it sees what became of its tasks.
  void deliver_group(std::int32_t group, std::vector<InstanceIndex>& decided);
  /// True while the group's tasks count for nothing outside of it.
  bool is_held(std::int32_t group) const;
  /// True while an instance of the group is not settled, or still to be made.
  bool is_open(std::int32_t group) const;

  /// It left its terminal state: its downstreams wait for it again.
  void unsettle(InstanceIndex instance);
  /// What the rule of an instance's task says now.
  RuleVerdict verdict(InstanceIndex instance) const;
  const UpstreamCounts& counts(InstanceIndex instance) const;
  /// The instances of `upstream` that count for this one.
  std::span<const InstanceIndex> upstreams(InstanceIndex instance, TaskIndex upstream) const;

  /// The instances of `downstream` for which this one counts.
  std::span<const InstanceIndex> downstreams(InstanceIndex instance, TaskIndex downstream) const {
    return upstreams(instance, downstream);  // a lane is a lane from both ends
  }

  /// The direct downstreams of a branch that shall be skipped: not chosen, and not reachable from
  /// a chosen one. No teardown is.
  std::vector<TaskIndex> not_chosen(TaskIndex branch, const std::vector<TaskIndex>& chosen) const;

 private:
  struct Place {
    TaskIndex task;
    std::int32_t element = 0;
    TaskState state = TaskState::none;  ///< once it is terminal
    UpstreamCounts counts;
  };
  struct Expansion {
    std::vector<InstanceIndex> members;
    std::int32_t length = 1;
  };

  Place& place(InstanceIndex at) { return places_[static_cast<std::size_t>(at.value)]; }
  const Place& place(InstanceIndex at) const { return places_[static_cast<std::size_t>(at.value)]; }
  /// True if the instances of the task have counts of their own, each for its element.
  bool has_lanes(TaskIndex task) const;
  /// True if element i of the one counts for element i of the other alone.
  bool same_lane(TaskIndex a, TaskIndex b) const;
  void count_anew(InstanceIndex at);
  void count_anew(TaskIndex task);
  void count_downstreams_anew(TaskIndex task);
  void add_upstream(InstanceIndex at, TaskIndex upstream);
  /// True if what became of `from` counts for `to`.
  bool counts_for(TaskIndex from, TaskIndex to) const;
  void deliver(InstanceIndex from, TaskIndex to, std::vector<InstanceIndex>& decided);
  void take_back(InstanceIndex from, TaskIndex to);
  void open(TaskIndex task, std::int32_t by);

  const Dag& dag_;
  std::vector<Place> places_;         ///< by position
  std::vector<InstanceIndex> first_;  ///< by task: its own position
  std::unordered_map<std::int32_t, Expansion> expanded_;
  std::vector<bool> held_;          ///< by group
  std::vector<std::int32_t> open_;  ///< by group: its instances that are not settled
};

}  // namespace weft
