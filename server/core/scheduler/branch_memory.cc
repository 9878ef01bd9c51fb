// What a branch has decided, for those of its downstreams that are evaluated later: after a clear.

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// The tasks that the branch's stored output names; names that the version no longer has are left
/// out.
std::vector<TaskIndex> chosen_in(const Dag& dag, const nlohmann::json& outputs) {
  std::vector<TaskIndex> chosen;
  const auto next = outputs.find("next");
  if (next == outputs.end() || !next->is_array()) return chosen;
  for (const nlohmann::json& id : *next)
    if (id.is_string())
      if (const Task* task = dag.find_task(id.get_ref<const std::string&>()))
        chosen.push_back(task->index);
  return chosen;
}

}  // namespace

/// Has a branch directly before it ended without choosing it? `by` becomes its id. A branch that
/// was marked as a success has decided nothing.
bool Step::was_not_chosen(const ActiveRun& run, const Instance& instance, std::string& by) const {
  for (const TaskIndex before : run.task_of(instance).upstream) {
    const Task& task = run.dag().task(before);
    if (task.type != TaskType::branch) continue;
    const Instance& branch = run.instance(InstanceIndex{before.value});
    if (branch.row.state != TaskState::success) continue;
    auto kept = run.outputs.find(branch.index);
    const auto outputs =
        kept != run.outputs.end() ? kept->second : s.history.outputs(branch.row.id);
    if (outputs == nullptr || !outputs->contains("next")) continue;
    const auto chosen = chosen_in(run.dag(), *outputs);
    if (std::find(chosen.begin(), chosen.end(), instance.task) != chosen.end()) continue;
    const auto skipped = run.graph->not_chosen(before, chosen);
    if (std::find(skipped.begin(), skipped.end(), instance.task) == skipped.end()) continue;
    by = task.id;
    return true;
  }
  return false;
}

}  // namespace weft
