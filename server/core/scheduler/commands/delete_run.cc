#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const DeleteRun& command) {
  const DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  ActiveRun* run = step.find_or_adopt(*dag, command.run_id);
  if (run == nullptr)
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  if (!is_terminal(run->row.state))
    return fail(ErrorCode::conflict, "run \"" + command.run_id + "\" is " +
                                         std::string(name_of(run->row.state)) +
                                         "; cancel it and delete it when it is over");
  if (run->live_attempts > 0 || run->held)
    return fail(ErrorCode::conflict,
                "run \"" + command.run_id + "\" is not at rest yet; try again in a moment");
  Job job;
  job.row.kind = JobRow::Kind::delete_run;
  job.row.dag = run->row.dag;
  job.row.run = run->row.id;
  job.row.action = "delete_run";
  job.row.actor = command.actor.name;
  job.row.runs_total = 1;
  step.retire_ids();
  step.forget(*run);
  step.s.deleting.insert(job.row.run);
  step.audit(command.actor, "delete_run", command.dag_id, command.run_id);
  return Answer{step.begin_job(std::move(job))};
}

}  // namespace weft
