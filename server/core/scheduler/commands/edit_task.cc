// What is done to one task instance.

#include "server/core/scheduler/step.h"

namespace weft {

Result<Step::Named> Step::find_named(const std::string& dag_id, const std::string& run_id,
                                     const std::string& task_id, int map_index) {
  const DagState* dag = s.find_dag(dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + dag_id + "\"");
  ActiveRun* run = find_or_adopt(*dag, run_id);
  if (run == nullptr)
    return fail(ErrorCode::not_found, "DAG \"" + dag_id + "\" has no run \"" + run_id + "\"");
  const Task* task = run->dag().find_task(task_id);
  const Instance* instance = nullptr;
  if (task != nullptr && run->graph != nullptr)
    instance = run->find_instance(task->index, map_index);
  if (instance == nullptr)
    return fail(ErrorCode::not_found, "run \"" + run_id + "\" has no task instance \"" + task_id +
                                          "\" with map_index " + std::to_string(map_index));
  return Named{run, &run->instance(instance->index)};
}

Result<Answer> apply(Step& step, const CancelTask& command) {
  TRY_ASSIGN(const Step::Named found,
             step.find_named(command.dag_id, command.run_id, command.task_id, command.map_index));
  const TaskState state = found.instance->row.state;
  if (is_terminal(state))
    return fail(ErrorCode::conflict,
                "task \"" + command.task_id + "\" is over (" + std::string(name_of(state)) + ")");
  step.cancel_instance(*found.run, *found.instance);
  step.audit(command.actor, "cancel_task", command.dag_id, command.run_id, command.task_id);
  return Answer{EditAnswer{{}, 1, 1}};
}

Result<Answer> apply(Step& step, const SetTaskNote& command) {
  TRY_ASSIGN(const Step::Named found,
             step.find_named(command.dag_id, command.run_id, command.task_id, command.map_index));
  found.instance->row.note = command.note;
  step.touch(*found.run, *found.instance);
  step.audit(command.actor, "set_task_note", command.dag_id, command.run_id, command.task_id);
  return Answer{EditAnswer{{}, 1, 1}};
}

}  // namespace weft
