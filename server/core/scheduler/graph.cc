#include "server/core/scheduler/graph.h"

namespace weft {

RunGraph::RunGraph(const Dag& dag) : dag_(dag), counts_(dag.tasks.size()) {
  for (const Task& task : dag.tasks)
    counts_[static_cast<std::size_t>(task.index.value)].total =
        static_cast<std::int32_t>(task.upstream.size());
}

const UpstreamCounts& RunGraph::counts(TaskIndex task) const {
  return counts_[static_cast<std::size_t>(task.value)];
}

void RunGraph::settle(TaskIndex task, TaskState state, std::vector<TaskIndex>& decided) {
  for (TaskIndex next : dag_.task(task).downstream) {
    counts_[static_cast<std::size_t>(next.value)].add(state);
    if (verdict(next).kind != RuleVerdict::Kind::wait) decided.push_back(next);
  }
}

RuleVerdict RunGraph::verdict(TaskIndex task) const {
  return evaluate(dag_.task(task).trigger_rule, counts(task));
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
