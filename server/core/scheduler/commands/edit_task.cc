// What is done to one task instance.

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

struct Found {
  ActiveRun* run = nullptr;
  Instance* instance = nullptr;
};

template <class Named>
Result<Found> find(Step& step, const Named& command) {
  const DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  ActiveRun* run = step.find_or_adopt(*dag, command.run_id);
  if (run == nullptr)
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  const Task* task = run->dag().find_task(command.task_id);
  const Instance* instance = nullptr;
  if (task != nullptr && run->graph != nullptr)
    instance = run->find_instance(task->index, command.map_index);
  if (instance == nullptr)
    return fail(ErrorCode::not_found, "run \"" + command.run_id + "\" has no task instance \"" +
                                          command.task_id + "\" with map_index " +
                                          std::to_string(command.map_index));
  return Found{run, &run->instance(instance->index)};
}

}  // namespace

Result<Answer> apply(Step& step, const CancelTask& command) {
  TRY_ASSIGN(const Found found, find(step, command));
  const TaskState state = found.instance->row.state;
  if (is_terminal(state))
    return fail(ErrorCode::conflict,
                "task \"" + command.task_id + "\" is over (" + std::string(name_of(state)) + ")");
  step.cancel_instance(*found.run, *found.instance);
  step.audit(command.actor, "cancel_task", command.dag_id, command.run_id, command.task_id);
  return Answer{EditAnswer{{}, 1, 1}};
}

Result<Answer> apply(Step& step, const SetTaskNote& command) {
  TRY_ASSIGN(const Found found, find(step, command));
  found.instance->row.note = command.note;
  step.touch(*found.run, *found.instance);
  step.audit(command.actor, "set_task_note", command.dag_id, command.run_id, command.task_id);
  return Answer{EditAnswer{{}, 1, 1}};
}

}  // namespace weft
