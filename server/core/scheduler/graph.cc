#include "server/core/scheduler/graph.h"

namespace weft {

RunGraph::RunGraph(const Dag& dag) : dag_(dag), counts_(dag.tasks.size()) {
  task_of_.reserve(dag.tasks.size());
  first_.reserve(dag.tasks.size());
  for (const Task& task : dag.tasks) {
    task_of_.push_back(task.index);
    first_.push_back(InstanceIndex{task.index.value});
    counts_[static_cast<std::size_t>(task.index.value)].total =
        static_cast<std::int32_t>(task.upstream.size());
  }
}

std::span<const InstanceIndex> RunGraph::members(TaskIndex task) const {
  return {&first_[static_cast<std::size_t>(task.value)], 1};
}

const UpstreamCounts& RunGraph::counts(InstanceIndex instance) const {
  return counts_[static_cast<std::size_t>(instance.value)];
}

void RunGraph::settle(InstanceIndex instance, TaskState state,
                      std::vector<InstanceIndex>& decided) {
  for (const TaskIndex downstream : dag_.task(task_of(instance)).downstream) {
    for (const InstanceIndex next : members(downstream)) {
      counts_[static_cast<std::size_t>(next.value)].add(state);
      if (verdict(next).kind != RuleVerdict::Kind::wait) decided.push_back(next);
    }
  }
}

void RunGraph::unsettle(InstanceIndex instance, TaskState state) {
  for (const TaskIndex downstream : dag_.task(task_of(instance)).downstream)
    for (const InstanceIndex next : members(downstream))
      counts_[static_cast<std::size_t>(next.value)].remove(state);
}

RuleVerdict RunGraph::verdict(InstanceIndex instance) const {
  return evaluate(dag_.task(task_of(instance)).trigger_rule, counts(instance));
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
    if (!reachable[static_cast<std::size_t>(next.value)]) skipped.push_back(next);
  return skipped;
}

}  // namespace weft
