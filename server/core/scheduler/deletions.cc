// What people have forgotten: a run, or a DAG with all of its runs, some instances at a time. What
// is being deleted is found by nobody from its command on, so nothing can begin in it meanwhile.

#include "server/core/scheduler/job.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr std::size_t deletions_per_slice = 300;
/// At runs that may stay, in one slice.
constexpr int looks_per_slice = 100;

}  // namespace

void Step::retire_ids() {
  const HighestIds& ids = s.ids;
  record(
      IdsRetired{ids.run, ids.instance, ids.attempt, ids.dag, ids.version, ids.backfill, ids.job});
}

void Step::hide(DagState& dag) {
  s.dag_by_id.erase(dag.row.dag_id);
  const auto file = s.dag_by_file.find({dag.row.bundle, dag.row.path});
  if (file != s.dag_by_file.end() && file->second == dag.row.key) s.dag_by_file.erase(file);
  for (const AssetId id : dag.assets.ids) s.assets.at(id).consumers.erase(dag.row.key);
}

/// Deletes some of the run's instances, at most `budget`. True: all are gone, and the run.
bool Step::delete_some(RunId run, JobRow& job, std::size_t& budget) {
  const auto some = s.history.instance_ids(run, static_cast<int>(budget));
  for (const InstanceId id : some) record(InstanceDeleted{id});
  job.changed += static_cast<std::int64_t>(some.size());
  const bool is_gone = some.size() < budget;
  budget -= some.size();
  if (!is_gone) return false;
  record(RunDeleted{run});
  ++job.runs_done;
  // Who waits for it looks again when it is gone, which it is after this step.
  s.timers.at_steady(now.steady, {Timer::Kind::run_gone, run.value, 0, 0, {}});
  return true;
}

/// True: the run is gone.
bool Step::delete_run_slice(JobRow& job) {
  std::size_t budget = deletions_per_slice;
  if (!delete_some(job.run, job, budget)) return false;
  s.deleting.erase(job.run);
  return true;
}

/// Over for long enough, and nobody is at work on it: then it leaves the memory, too.
bool Step::may_forget(const RunKey& key, Instant before) {
  if (!key.ended_at || *key.ended_at >= before || s.deleting.contains(key.id)) return false;
  const ActiveRun* const run = s.find_run(key.id);
  if (run == nullptr) return true;
  if (!is_terminal(run->row.state) || run->live_attempts > 0 || run->held) return false;
  forget(*run);
  return true;
}

/// True: all that are old enough are gone.
bool Step::delete_runs_slice(Job& job) {
  std::size_t budget = deletions_per_slice;
  for (int seen = 0; seen < looks_per_slice && budget > 0;) {
    if (!job.walk.run) {
      ++seen;
      const auto next =
          s.history.runs_by_id(job.row.dag, RunId{job.walk.after}, RunId{job.walk.last}, 1);
      // Those behind it were made later still, and so did not end before.
      if (next.empty() || next.front().queued_at >= job.before) return true;
      job.walk.after = next.front().id.value;
      if (!may_forget(next.front(), job.before)) continue;
      job.walk.run = next.front().id;
      s.deleting.insert(job.walk.run);
    }
    if (!delete_some(job.walk.run, job.row, budget)) return false;
    s.deleting.erase(job.walk.run);
    job.walk.run = {};
  }
  return false;
}

/// True: the DAG is gone.
bool Step::delete_dag_slice(Job& job) {
  for (std::size_t budget = deletions_per_slice; budget > 0; --budget) {
    if (!job.walk.run && !walk_on(job, job.walk)) {
      // Its row goes in a step of its own: the DAG may begin anew in that of the command, and two
      // rows of one name would be written the wrong way round.
      if (!job.row.id) return false;
      retire_ids();
      record(DagDeleted{job.row.dag});
      s.dags.erase(job.row.dag);
      return true;
    }
    if (!delete_some(job.walk.run, job.row, budget)) return false;
    job.walk.run = {};
  }
  return false;
}

}  // namespace weft
