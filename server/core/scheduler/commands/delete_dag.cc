#include "base/check.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// What is being deleted has a name that no file can give.
std::string name_of_remains(DagKey dag) {
  return "deleted/" + std::to_string(dag.value);
}

Result<void> is_at_rest(const Step& step, const DagState& dag) {
  if (!dag.by_run_id.empty())
    return fail(ErrorCode::conflict,
                std::to_string(dag.by_run_id.size()) + " runs of DAG \"" + dag.row.dag_id +
                    "\" are not over, or something of them still runs (\"" +
                    dag.by_run_id.begin()->first + "\" …): end them, then delete it");
  for (const auto& [id, job] : step.s.jobs)
    if (job.row.dag == dag.row.key)
      return fail(ErrorCode::conflict, "job " + std::to_string(id.value) + " (" + job.row.action +
                                           ") works on DAG \"" + dag.row.dag_id +
                                           "\"; try again when it is done");
  return {};
}

void end_backfills(Step& step, const DagState& dag) {
  std::vector<BackfillId> active;
  for (const auto& [id, backfill] : step.s.backfills)
    if (backfill.row.dag == dag.row.key) active.push_back(id);
  for (const BackfillId id : active) {
    BackfillState& backfill = step.s.backfills.at(id);
    backfill.row.is_cancelled = true;
    step.end_backfill(backfill);
  }
}

}  // namespace

Result<Answer> apply(Step& step, const DeleteDag& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  TRY(is_at_rest(step, *dag));
  end_backfills(step, *dag);
  // What its file says now, if it is there and good: a bad one makes a DAG when it is mended.
  const bool begins_anew = !dag->row.is_stale && !dag->row.has_import_errors;
  const PutDag anew{dag->row.bundle, dag->row.path, dag->spec};
  step.hide(*dag);
  dag->row.dag_id = name_of_remains(dag->row.key);
  dag->row.is_stale = true;
  dag->armed.reset();
  step.touch(*dag);
  step.retire_ids();
  step.audit(command.actor, "delete_dag", command.dag_id);

  Job job;
  job.row.kind = JobRow::Kind::delete_dag;
  job.row.dag = dag->row.key;
  job.row.action = "delete_dag";
  job.row.actor = command.actor.name;
  job.walk.last = step.s.ids.run.value;
  job.row.runs_total = step.s.history.count_runs_by_id(dag->row.key, RunId{job.walk.last});
  const EditAnswer answer = step.begin_job(std::move(job));
  if (begins_anew) {
    const auto put = apply(step, anew);
    WEFT_CHECK_MSG(put.has_value(), "the id of a deleted DAG is not free");
  }
  return Answer{answer};
}

}  // namespace weft
