// What a branch decides, and what that means for its direct downstreams: at once, and whenever one
// of them is evaluated again later.

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// The tasks that a branch's stored decision names.
std::vector<TaskIndex> chosen_by(const Dag& dag, const nlohmann::json* outputs) {
  std::vector<TaskIndex> chosen;
  if (outputs == nullptr || !outputs->is_object()) return chosen;
  const auto names = outputs->find("next");
  if (names == outputs->end() || !names->is_array()) return chosen;
  for (const nlohmann::json& name : *names)
    if (const Task* task = name.is_string() ? dag.find_task(name.get<std::string>()) : nullptr)
      chosen.push_back(task->index);
  return chosen;
}

}  // namespace

/// The first case that is true names what goes on; its other direct downstreams that are still
/// `none` are skipped, but for those that a chosen one leads to.
void Step::run_branch(ActiveRun& run, Instance& instance, const Scope& scope) {
  const Task& task = run.task_of(instance);
  const std::vector<TaskIndex>* chosen = &task.branch_default;
  for (const BranchCase& branch_case : task.cases) {
    const Result<bool> condition = branch_case.when.evaluate_bool(scope);
    if (!condition) {
      transition(run, instance, Cause::evaluation_failed, TaskState::failed,
                 "with.cases: " + condition.error().message);
      return settled(run, instance);
    }
    if (*condition) {
      chosen = &branch_case.next;
      break;
    }
  }
  nlohmann::json names = nlohmann::json::array();
  for (const TaskIndex next : *chosen) names.push_back(run.dag().task(next).id);
  store_outputs(run, instance, nlohmann::json{{"next", std::move(names)}});
  instance.row.started_at = now.wall;
  transition(run, instance, Cause::finished_inline, TaskState::success);
  const std::vector<TaskIndex> skipped = run.graph->not_chosen(task.index, *chosen);
  run.left_out.insert_or_assign(instance.index, skipped);
  // The branch first: the run must not be over before its group has closed.
  settled(run, instance);
  for (const TaskIndex other : skipped)
    for (const InstanceIndex index : run.graph->downstreams(instance.index, other)) {
      if (instance.row.state != TaskState::success) return;  // its group runs again
      if (run.instance(index).row.state != TaskState::none) continue;
      transition(run, run.instance(index), Cause::condition_false, TaskState::skipped,
                 "not chosen by " + task.id);
      settled(run, run.instance(index));
    }
}

/// A branch decides once: what it left out is skipped again after a clear, however late, from the
/// decision in its output. Teardowns are left out by none.
const Instance* Step::left_out_by(ActiveRun& run, const Instance& instance) {
  if (run.task_of(instance).teardown) return nullptr;
  for (const TaskIndex upstream : run.task_of(instance).upstream) {
    if (run.dag().task(upstream).type != TaskType::branch) continue;
    for (const InstanceIndex index : run.graph->upstreams(instance.index, upstream)) {
      const Instance& branch = run.instance(index);
      if (branch.row.state != TaskState::success) continue;
      auto known = run.left_out.find(index);
      if (known == run.left_out.end()) {
        const auto outputs = outputs_of(run, branch);
        // One that was marked as a success has decided nothing.
        if (outputs == nullptr || !outputs->contains("next")) continue;
        known = run.left_out
                    .emplace(index,
                             run.graph->not_chosen(upstream, chosen_by(run.dag(), outputs.get())))
                    .first;
      }
      const auto& out = known->second;
      if (std::find(out.begin(), out.end(), instance.task) != out.end()) return &branch;
    }
  }
  return nullptr;
}

}  // namespace weft
