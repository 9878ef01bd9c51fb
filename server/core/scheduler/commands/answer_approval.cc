#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const AnswerApproval& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  const auto over = [&](const std::string& state) {
    return fail(ErrorCode::conflict, "task \"" + command.task_id + "\" of run \"" + command.run_id +
                                         "\" waits for no answer: it is " + state);
  };
  auto active = dag->by_run_id.find(command.run_id);
  if (active == dag->by_run_id.end()) {
    const auto row = step.s.history.run_by_id(dag->row.key, command.run_id);
    if (row) return over("over");
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  }
  ActiveRun& run = *step.s.find_run(active->second);
  const Task* task = run.dag().find_task(command.task_id);
  Instance* instance = nullptr;
  if (task != nullptr && run.graph != nullptr) {
    const Instance* found = run.find_instance(task->index, command.map_index);
    if (found != nullptr) instance = &run.instance(found->index);
  }
  if (instance == nullptr)
    return fail(ErrorCode::not_found, "run \"" + command.run_id + "\" has no task instance \"" +
                                          command.task_id + "\" with map_index " +
                                          std::to_string(command.map_index));
  if (task->type != TaskType::approval)
    return fail(ErrorCode::unprocessable, "task \"" + command.task_id + "\" is no approval");
  if (instance->row.state != TaskState::deferred)
    return over(std::string(name_of(instance->row.state)));
  TRY(step.answer(run, *instance, command));
  step.audit(command.actor, "answer_approval", command.dag_id, command.run_id, command.task_id,
             command.chosen_options.front());
  return Answer{Done{}};
}

}  // namespace weft
