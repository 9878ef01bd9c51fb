#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const DeleteRuns& command) {
  const DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  Job job;
  job.row.kind = JobRow::Kind::delete_run;
  job.row.dag = dag->row.key;
  job.row.action = "delete_runs";
  job.row.actor = command.actor.name;
  job.before = command.before;
  job.walk.last = std::min(command.last.value, step.s.ids.run.value);
  job.row.runs_total = step.s.history.count_runs_by_id(dag->row.key, RunId{job.walk.last});
  step.retire_ids();
  step.audit(command.actor, "delete_runs", command.dag_id, {}, {},
             nlohmann::json{{"before", format_instant_z(command.before)}}.dump());
  return Answer{step.begin_job(std::move(job))};
}

}  // namespace weft
