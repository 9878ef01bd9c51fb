#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// The run as its row says, in memory or in the history.
std::optional<RunRow> run_named(const Scheduler::State& s, const DagState& dag,
                                const std::string& run_id) {
  const auto active = dag.by_run_id.find(run_id);
  if (active != dag.by_run_id.end()) return s.find_run(active->second)->row;
  auto row = s.history.run_by_id(dag.row.key, run_id);
  if (row && s.deleting.contains(row->id)) row.reset();
  return row;
}

}  // namespace

/// Every run has an instance of each task of its version: graphs, counts and clears rely on it.
/// What a version without the task has left is in the history alone.
Result<Answer> apply(Step& step, const DeleteTask& command) {
  const DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  const auto run = run_named(step.s, *dag, command.run_id);
  if (!run)
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  const auto row = step.s.history.instance_of(run->id, command.task_id, command.map_index);
  const auto spec = step.s.history.load_version(run->version);
  const bool is_of_run = spec != nullptr && spec->find_task(command.task_id) != nullptr;
  if (!row)
    return fail(ErrorCode::not_found, "run \"" + command.run_id + "\" has no task instance \"" +
                                          command.task_id + "\" with map_index " +
                                          std::to_string(command.map_index));
  if (is_of_run)
    return fail(ErrorCode::conflict,
                "task \"" + command.task_id + "\" is one of run \"" + command.run_id +
                    "\", which keeps an instance of each: clear it to run it again, mark it, or "
                    "delete the run");
  // Were the task to come back, its elements go on behind those that there are.
  const auto all = step.s.history.instances_of(run->id, command.task_id);
  if (all.back().map_index != command.map_index)
    return fail(ErrorCode::conflict, "task \"" + command.task_id + "\" has elements up to " +
                                         std::to_string(all.back().map_index) +
                                         ": delete them from the last one on");
  step.retire_ids();
  step.record(InstanceDeleted{row->id});
  step.audit(command.actor, "delete_task", command.dag_id, command.run_id, command.task_id,
             command.map_index < 0 ? "" : nlohmann::json{{"map_index", command.map_index}}.dump());
  return Answer{EditAnswer{{}, 1, 1}};
}

}  // namespace weft
