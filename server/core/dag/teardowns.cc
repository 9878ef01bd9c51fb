#include "server/core/dag/teardowns.h"

#include <algorithm>

namespace weft {
namespace {

Task& at(Dag& dag, TaskIndex task) {
  return dag.tasks[static_cast<std::size_t>(task.value)];
}

/// All that is reached from `from` along these edges, as far as `within`, inclusive.
std::vector<bool> reached(const Dag& dag, std::vector<TaskIndex> from,
                          std::vector<TaskIndex> Task::*edges, std::int32_t first,
                          std::int32_t last) {
  std::vector<bool> seen(static_cast<std::size_t>(last - first + 1), false);
  while (!from.empty()) {
    const TaskIndex task = from.back();
    from.pop_back();
    if (task.value < first || task.value > last) continue;
    auto here = seen[static_cast<std::size_t>(task.value - first)];
    if (here) continue;
    here = true;
    const auto& next = dag.task(task).*edges;
    from.insert(from.end(), next.begin(), next.end());
  }
  return seen;
}

/// Tasks stand in topological order: what is between stands between.
std::size_t find_between(Dag& dag, Task& teardown) {
  const std::int32_t first = teardown.setups.front().value, last = teardown.index.value;
  const auto below = reached(dag, teardown.setups, &Task::downstream, first, last);
  const auto above = reached(dag, {teardown.index}, &Task::upstream, first, last);
  for (std::int32_t i = first; i < last; ++i) {
    const auto offset = static_cast<std::size_t>(i - first);
    if (!below[offset] || !above[offset]) continue;
    const TaskIndex task{i};
    if (std::binary_search(teardown.upstream.begin(), teardown.upstream.end(), task)) continue;
    teardown.between.push_back(task);
    at(dag, task).torn_down_by.push_back(teardown.index);
  }
  return teardown.between.size();
}

/// Of all teardowns together: what is between them and their setups is kept for each, and looked
/// for among all that stands from the one to the other in topological order.
constexpr std::size_t max_between = 2'000'000;
constexpr std::int64_t max_looked_at = 500'000'000;

}  // namespace

bool settle_teardowns(Dag& dag) {
  std::size_t between = 0;
  std::int64_t looked_at = 0;
  for (Task& task : dag.tasks) {
    std::sort(task.setups.begin(), task.setups.end());
    task.setups.erase(std::unique(task.setups.begin(), task.setups.end()), task.setups.end());
    if (task.setups.empty()) continue;
    looked_at += task.index.value - task.setups.front().value;
    if (looked_at > max_looked_at) return false;
    between += find_between(dag, task);
    if (between > max_between) return false;
  }
  for (Task& task : dag.tasks) {
    const bool leaf = std::all_of(task.downstream.begin(), task.downstream.end(),
                                  [&](TaskIndex next) { return dag.task(next).teardown; });
    task.fails_run =
        task.teardown ? task.on_failure_fail_dagrun : leaf || dag.run_fails_on == RunFailsOn::any;
  }
  return true;
}

}  // namespace weft
