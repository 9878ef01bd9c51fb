#include "server/core/dag/critical_path.h"

#include <algorithm>

namespace weft {
namespace {

class Chain {
 public:
  Chain(const Dag& dag, std::span<const TimedInstance> instances)
      : dag_(dag), instances_(instances), of_task_(dag.tasks.size()) {
    for (std::size_t i = 0; i < instances.size(); ++i)
      of_task_[static_cast<std::size_t>(instances[i].task.value)].push_back(i);
  }

  std::vector<std::size_t> run() const {
    std::vector<std::size_t> path;
    for (auto next = last(); next; next = before(*next)) path.push_back(*next);
    std::reverse(path.begin(), path.end());
    return path;
  }

 private:
  /// What runs still ends later than everything.
  static std::optional<Instant> end_of(const TimedInstance& instance) {
    if (instance.end) return instance.end;
    return instance.start ? std::optional(Instant::max()) : std::nullopt;
  }

  /// Of two that ended at once the one that stands later in the graph, or began first.
  bool is_later(std::size_t a, std::size_t b) const {
    const auto &left = instances_[a], &right = instances_[b];
    if (end_of(left) != end_of(right)) return end_of(left) > end_of(right);
    if (!left.end && left.start != right.start) return left.start < right.start;
    return left.task > right.task;
  }

  std::optional<std::size_t> last() const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < instances_.size(); ++i)
      if (end_of(instances_[i]) && (!found || is_later(i, *found))) found = i;
    return found;
  }

  /// The one whose end let this one become ready.
  std::optional<std::size_t> before(std::size_t position) const {
    const TimedInstance& instance = instances_[position];
    const Task& task = dag_.task(instance.task);
    const auto ready = instance.ready   ? instance.ready
                       : instance.start ? instance.start
                                        : instance.end;
    std::optional<std::size_t> found;
    const auto look = [&](TaskIndex above) {
      const bool in_lanes = dag_.in_lanes(task, dag_.task(above));
      for (const std::size_t i : of_task_[static_cast<std::size_t>(above.value)]) {
        const TimedInstance& other = instances_[i];
        if (in_lanes && other.map_index != instance.map_index) continue;
        if (!other.end || (ready && *other.end > *ready)) continue;
        if (!found || is_later(i, *found)) found = i;
      }
    };
    for (const TaskIndex above : task.upstream) look(above);
    for (const TaskIndex above : task.between) look(above);
    return found;
  }

  const Dag& dag_;
  std::span<const TimedInstance> instances_;
  std::vector<std::vector<std::size_t>> of_task_;
};

}  // namespace

std::vector<std::size_t> critical_path(const Dag& dag, std::span<const TimedInstance> instances) {
  return Chain(dag, instances).run();
}

}  // namespace weft
