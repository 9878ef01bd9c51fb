#include "server/core/scheduler/graph.h"

#include <algorithm>

namespace weft {

RunGraph::RunGraph(const Dag& dag)
    : dag_(dag), places_(dag.tasks.size()), held_(dag.groups.size(), false) {
  for (const TaskGroup& group : dag.groups) {
    held_[open_.size()] = group.retries > 0;
    open_.push_back(static_cast<std::int32_t>(group.tasks.size()));
  }
  first_.reserve(dag.tasks.size());
  for (const Task& task : dag.tasks) {
    const InstanceIndex own{task.index.value};
    first_.push_back(own);
    place(own).task = task.index;
    place(own).counts.total = static_cast<std::int32_t>(task.upstream.size() + task.between.size());
  }
}

std::span<const InstanceIndex> RunGraph::members(TaskIndex task) const {
  if (auto it = expanded_.find(task.value); it != expanded_.end()) return it->second.members;
  return {&first_[static_cast<std::size_t>(task.value)], 1};
}

bool RunGraph::has_lanes(TaskIndex task) const {
  return dag_.in_lanes(dag_.task(task), dag_.task(task)) && is_expanded(task);
}

bool RunGraph::same_lane(TaskIndex a, TaskIndex b) const {
  return dag_.in_lanes(dag_.task(a), dag_.task(b)) && is_expanded(a) && is_expanded(b);
}

std::span<const InstanceIndex> RunGraph::upstreams(InstanceIndex instance,
                                                   TaskIndex upstream) const {
  const auto all = members(upstream);
  if (!same_lane(task_of(instance), upstream)) return all;
  const auto element = static_cast<std::size_t>(place(instance).element);
  return element < all.size() ? all.subspan(element, 1) : all.subspan(0, 0);
}

void RunGraph::add_upstream(InstanceIndex at, TaskIndex upstream) {
  UpstreamCounts& counts = place(at).counts;
  const auto it = expanded_.find(upstream.value);
  if (it == expanded_.end()) {
    ++counts.total;
  } else {  // those that are still to be made count too
    const auto length =
        std::max(it->second.length, static_cast<std::int32_t>(it->second.members.size()));
    if (!same_lane(task_of(at), upstream))
      counts.total += length;
    else if (place(at).element < length)  // an older version's map may have been longer here
      ++counts.total;
  }
  if (!counts_for(upstream, task_of(at))) return;
  for (const InstanceIndex one : upstreams(at, upstream)) counts.add(place(one).state);
}

bool RunGraph::is_held(std::int32_t group) const {
  return group >= 0 && held_[static_cast<std::size_t>(group)];
}

bool RunGraph::is_open(std::int32_t group) const {
  if (open_[static_cast<std::size_t>(group)] > 0) return true;
  const auto& tasks = dag_.groups[static_cast<std::size_t>(group)].tasks;
  return std::any_of(tasks.begin(), tasks.end(), [&](TaskIndex task) {
    const auto it = expanded_.find(task.value);
    return it != expanded_.end() &&
           static_cast<std::int32_t>(it->second.members.size()) < it->second.length;
  });
}

void RunGraph::open(TaskIndex task, std::int32_t by) {
  const std::int32_t group = dag_.task(task).group;
  if (group >= 0) open_[static_cast<std::size_t>(group)] += by;
}

bool RunGraph::counts_for(TaskIndex from, TaskIndex to) const {
  const std::int32_t group = dag_.task(from).group;
  return !is_held(group) || dag_.task(to).group == group;
}

void RunGraph::deliver_group(std::int32_t group, std::vector<InstanceIndex>& decided) {
  if (!is_held(group)) return;
  held_[static_cast<std::size_t>(group)] = false;
  const auto tell = [&](InstanceIndex from, TaskIndex to) {
    if (dag_.task(to).group != group) deliver(from, to, decided);
  };
  for (const TaskIndex task : dag_.groups[static_cast<std::size_t>(group)].tasks)
    for (const InstanceIndex member : members(task)) {
      for (const TaskIndex next : dag_.task(task).downstream) tell(member, next);
      for (const TaskIndex next : dag_.task(task).torn_down_by) tell(member, next);
    }
}

void RunGraph::count_anew(InstanceIndex at) {
  place(at).counts = {};
  const Task& task = dag_.task(task_of(at));
  for (const TaskIndex upstream : task.upstream) add_upstream(at, upstream);
  for (const TaskIndex upstream : task.between) add_upstream(at, upstream);
}

void RunGraph::count_anew(TaskIndex task) {
  if (!has_lanes(task)) return count_anew(first_[static_cast<std::size_t>(task.value)]);
  for (const InstanceIndex member : members(task)) count_anew(member);
}

void RunGraph::count_downstreams_anew(TaskIndex task) {
  for (const TaskIndex next : dag_.task(task).downstream) count_anew(next);
  for (const TaskIndex next : dag_.task(task).torn_down_by) count_anew(next);
}

void RunGraph::expand(std::span<const TaskIndex> tasks, std::int32_t length) {
  for (const TaskIndex task : tasks) {
    Expansion& expansion = expanded_[task.value];
    expansion.length = length;
    if (expansion.members.empty())
      expansion.members.push_back(first_[static_cast<std::size_t>(task.value)]);
  }
  for (const TaskIndex task : tasks) {
    count_anew(task);
    count_downstreams_anew(task);
  }
}

InstanceIndex RunGraph::add(TaskIndex task) {
  const InstanceIndex at{static_cast<std::int32_t>(places_.size())};
  Expansion& expansion = expanded_.at(task.value);
  Place& added = places_.emplace_back();
  added.task = task;
  added.element = static_cast<std::int32_t>(expansion.members.size());
  expansion.members.push_back(at);
  open(task, 1);
  if (has_lanes(task)) count_anew(at);
  return at;
}

const UpstreamCounts& RunGraph::counts(InstanceIndex instance) const {
  const TaskIndex task = task_of(instance);
  if (has_lanes(task)) return place(instance).counts;
  return place(first_[static_cast<std::size_t>(task.value)]).counts;
}

void RunGraph::settle(InstanceIndex instance, TaskState state,
                      std::vector<InstanceIndex>& decided) {
  if (place(instance).state == TaskState::none) open(task_of(instance), -1);
  place(instance).state = state;
  const Task& task = dag_.task(task_of(instance));
  for (const TaskIndex next : task.downstream) deliver(instance, next, decided);
  for (const TaskIndex next : task.torn_down_by) deliver(instance, next, decided);
}

void RunGraph::deliver(InstanceIndex from, TaskIndex to, std::vector<InstanceIndex>& decided) {
  if (!counts_for(task_of(from), to)) return;
  const TaskState state = place(from).state;
  const auto tell = [&](InstanceIndex next) {
    place(next).counts.add(state);
    if (verdict(next).kind != RuleVerdict::Kind::wait) decided.push_back(next);
  };
  const auto all = members(to);
  if (has_lanes(to)) {
    const auto element = static_cast<std::size_t>(place(from).element);
    if (!same_lane(task_of(from), to))
      std::for_each(all.begin(), all.end(), tell);
    else if (element < all.size())
      tell(all[element]);
    return;
  }
  // The elements of one task share their counts: they are decided together, once.
  const InstanceIndex own = first_[static_cast<std::size_t>(to.value)];
  const bool waited = verdict(own).kind == RuleVerdict::Kind::wait;
  place(own).counts.add(state);
  if (verdict(own).kind == RuleVerdict::Kind::wait) return;
  if (all.size() == 1 || waited) decided.insert(decided.end(), all.begin(), all.end());
}

void RunGraph::take_back(InstanceIndex from, TaskIndex to) {
  const TaskState state = place(from).state;
  if (state == TaskState::none || !counts_for(task_of(from), to)) return;
  if (!has_lanes(to)) return place(first_[static_cast<std::size_t>(to.value)]).counts.remove(state);
  for (const InstanceIndex next : downstreams(from, to)) place(next).counts.remove(state);
}

void RunGraph::unsettle(InstanceIndex instance) {
  const TaskIndex task = task_of(instance);
  for (const TaskIndex next : dag_.task(task).downstream) take_back(instance, next);
  for (const TaskIndex next : dag_.task(task).torn_down_by) take_back(instance, next);
  if (place(instance).state != TaskState::none) open(task, 1);
  place(instance).state = TaskState::none;
  const std::int32_t group = dag_.task(task).group;
  if (group < 0 || is_held(group)) return;
  const TaskGroup& spec = dag_.groups[static_cast<std::size_t>(group)];
  if (spec.retries == 0) return;
  held_[static_cast<std::size_t>(group)] = true;  // it is not over any more
  for (const TaskIndex member : spec.tasks) count_downstreams_anew(member);
}

RuleVerdict RunGraph::verdict(InstanceIndex instance) const {
  const Task& task = dag_.task(task_of(instance));
  if (!task.teardown) return evaluate(task.trigger_rule, counts(instance));
  UpstreamCounts setups;
  for (const TaskIndex setup : task.setups) {
    if (!counts_for(setup, task.index)) continue;
    for (const InstanceIndex one : upstreams(instance, setup)) {
      ++setups.total;
      setups.add(place(one).state);
    }
  }
  return evaluate_teardown(counts(instance), setups);
}

std::vector<TaskIndex> RunGraph::not_chosen(TaskIndex branch,
                                            const std::vector<TaskIndex>& chosen) const {
  // Tasks are in topological order: everything reachable lies behind the first chosen one.
  std::vector<bool> reachable(dag_.tasks.size(), false);
  std::vector<TaskIndex> open = chosen;
  while (!open.empty()) {
    const TaskIndex task = open.back();
    open.pop_back();
    if (reachable[static_cast<std::size_t>(task.value)]) continue;
    reachable[static_cast<std::size_t>(task.value)] = true;
    for (TaskIndex next : dag_.task(task).downstream) open.push_back(next);
  }
  std::vector<TaskIndex> skipped;
  for (TaskIndex next : dag_.task(branch).downstream)
    if (!reachable[static_cast<std::size_t>(next.value)] && !dag_.task(next).teardown)
      skipped.push_back(next);
  return skipped;
}

}  // namespace weft
