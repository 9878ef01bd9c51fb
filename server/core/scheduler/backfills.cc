// The life of a backfill: it makes its runs one window after the other. A run is made when it can
// start, so that a pause or a cancel leaves nothing behind that waits.

#include "server/core/scheduler/backfill.h"

#include <algorithm>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/past.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// Dates looked at in one step; most of them may have a run already.
constexpr int dates_per_step = 64;
constexpr Duration look_later = std::chrono::seconds(1);

const Dag& spec_of(const DagState& dag, const BackfillState& backfill) {
  return backfill.row.run_on_latest_version ? *dag.spec : *backfill.spec;
}

BackfillPlanRow plan_row(const Scheduler::State& s, const DagState& dag, const BackfillRow& row,
                         const std::string& missing, Instant tick) {
  BackfillPlanRow plan;
  plan.interval = interval_of(*dag.spec, tick);
  plan.logical_date = logical_date_of(*dag.spec, plan.interval);
  const auto there = run_at(s, dag, plan.logical_date);
  plan.run_id = there ? there->run_id : backfill_run_id(plan.logical_date);
  if (!there) {
    plan.action = missing.empty() ? "create" : "leave";
    plan.reason = missing;
  } else {
    const bool again = reprocesses(row.reprocess, there->state);
    plan.action = again ? "rerun" : "leave";
    plan.reason = "there is a run, " + std::string(name_of(there->state));
  }
  return plan;
}

}  // namespace

void Step::wake_backfill(const BackfillState& backfill, Duration after) {
  s.timers.at_steady(now.steady + after, {Timer::Kind::backfill, backfill.row.id.value});
}

void Step::run_backfill(BackfillState& backfill) {
  BackfillRow& row = backfill.row;
  if (row.is_paused || s.stopping) return;
  DagState& dag = s.dags.at(row.dag);
  const auto most = static_cast<std::size_t>(row.max_active_runs);
  const std::int64_t handled = row.handled;
  bool is_done = false;
  while (!row.is_paused && backfill.running.size() < most) {
    if (!backfill.queued.empty()) {
      ActiveRun& run = *s.runs.at(backfill.queued.begin()->run);
      backfill.queued.erase(backfill.queued.begin());
      start_run(dag, run);
      continue;
    }
    if (is_clearing(backfill)) {
      wake_backfill(backfill, look_later);
      break;
    }
    if (row.handled - handled >= dates_per_step || size() >= s.config.max_changes_per_step) {
      wake_backfill(backfill);
      break;
    }
    const auto tick = next_backfill_tick(spec_of(dag, backfill), row);
    is_done = !tick;
    if (!tick) break;
    const auto before = row.position;
    row.position = *tick;
    take_backfill_tick(dag, backfill, *tick);
    if (!row.is_paused) {
      ++row.handled;
      continue;
    }
    row.position = before;  // this date is still to come
    row.updated_at = now.wall;
    record(row);
    return;
  }
  if (is_done && backfill.running.empty()) return end_backfill(backfill);
  if (row.handled == handled) return;
  row.updated_at = now.wall;
  record(row);
}

/// Is a large run of the DAG on its way back to the start, or in the middle of an edit? It may be
/// one of the backfill's.
bool Step::is_clearing(const BackfillState& backfill) const {
  return std::any_of(s.jobs.begin(), s.jobs.end(), [&](const auto& entry) {
    const Job& job = entry.second;
    return job.row.dag == backfill.row.dag && (job.row.run || job.walk.begun);
  });
}

/// Clears a run that is over: it goes on as one of the backfill's. A large one takes some slices.
bool Step::rerun(const DagState& dag, const BackfillRow& backfill, RunId id) {
  ActiveRun* run = find_or_adopt(id);
  if (run == nullptr || !is_terminal(run->row.state)) return false;
  const bool moves = backfill.run_on_latest_version &&
                     run->row.version != dag.row.current_version && !run->dirty &&
                     run->live_attempts == 0;
  Job job;
  job.edit.what.tasks = backfilled_refs(moves ? *dag.spec : run->dag(), backfill);
  job.edit.only_these = !backfill.task_ids.empty();
  if (job.edit.only_these && job.edit.what.tasks.empty()) return false;  // its version has none
  const auto is_there = [&](const std::string& id) {
    const Task* task = run->dag().find_task(id);
    return task != nullptr &&
           run->instance(InstanceIndex{task->index.value}).row.state != TaskState::removed;
  };
  if (run->row.materialized &&
      !missing_outputs(moves ? *dag.spec : run->dag(), backfill, is_there).empty())
    return false;
  if (moves) {
    run = &move_to_latest(dag, *run, job.edit);
    job.row.changed = job.walk.run_changed = run->unsettled;
  }
  run->row.backfill = backfill.id;
  touch(*run);
  job.edit.what.dag_id = dag.row.dag_id;
  job.edit.what.run_id = run->row.run_id;
  job.walk.run = id;
  job.walk.after = job.walk.last = id.value;
  job.row.kind = JobRow::Kind::edit;
  job.row.dag = dag.row.key;
  job.row.run = id;
  job.row.action = name_of(job.edit.action);
  job.row.actor = backfill.actor;
  job.row.runs_total = 1;
  begin_job(std::move(job));
  return true;
}

void Step::take_backfill_tick(DagState& dag, BackfillState& backfill, Instant tick) {
  BackfillRow& row = backfill.row;
  const Dag& spec = spec_of(dag, backfill);
  const DataInterval interval = interval_of(spec, tick);
  const Instant date = logical_date_of(spec, interval);
  if (auto wrong = check_backfilled_tasks(spec, row); !wrong) {  // of the newest version too
    row.is_paused = true;
    row.reason = wrong.error().message;
    return;
  }
  if (const auto there = run_at(s, dag, date)) {
    const bool again = reprocesses(row.reprocess, there->state) && rerun(dag, row, there->id);
    if (!again) ++row.left_alone;
    return;
  }
  if (std::string missing = missing_outputs(spec, row); !missing.empty()) {
    if (row.reprocess != ReprocessBehavior::none) {  // what is there can be run again
      ++row.left_alone;
    } else {
      row.is_paused = true;
      row.reason = "task_ids: " + std::move(missing);
    }
    return;
  }
  auto params = resolve_params(spec, row.conf.is_null() ? nlohmann::json::object() : row.conf);
  if (!params) {  // the newest version has other params than the one that was checked
    row.is_paused = true;
    row.reason = params.error().message;
    return;
  }
  NewRun what;
  what.run_id = backfill_run_id(date);
  what.type = RunType::backfill;
  what.by = TriggeredBy::backfill;
  what.logical_date = date;
  what.data_interval = interval;
  what.run_after = tick;
  what.conf = row.conf;
  what.params = std::move(*params);
  what.actor = row.actor;
  what.backfill = row.id;
  if (!row.run_on_latest_version) {
    what.version = row.version;
    what.spec = backfill.spec;
  }
  create_run(dag, std::move(what));
}

bool Step::leave_out(ActiveRun& run) {
  const BackfillState* active = s.find_backfill(run.row.backfill);
  const auto row =
      active != nullptr ? std::optional(active->row) : s.history.backfill(run.row.backfill);
  if (!row || row->task_ids.empty()) return true;
  const std::vector<bool> chosen = backfilled_tasks(run.dag(), *row);
  for (; run.has(run.left_out_to); ++run.left_out_to.value) {
    Instance& instance = run.instance(run.left_out_to);
    if (instance.row.state != TaskState::none ||
        chosen[static_cast<std::size_t>(instance.task.value)])
      continue;
    if (is_spent()) return false;
    run.is_partial = true;
    transition(run, instance, Cause::task_gone, TaskState::removed, left_out_by_backfill);
    // What that decides is evaluated once all is left out.
    std::vector<InstanceIndex> decided;
    run.graph->settle(instance.index, TaskState::removed, decided);
    group_settled(run, run.task_of(instance), decided);
  }
  return true;
}

/// Nothing of it is left; what still runs after a cancel goes on as a run of the DAG.
void Step::end_backfill(BackfillState& backfill) {
  BackfillRow row = std::move(backfill.row);
  DagState& dag = s.dags.at(row.dag);
  dag.running.merge(backfill.running);
  row.updated_at = now.wall;
  row.completed_at = now.wall;
  s.backfills.erase(row.id);
  record(std::move(row));
}

Result<BackfillPlan> Scheduler::plan_backfill(const CreateBackfill& command, std::size_t most,
                                              Now now) const {
  const State& s = *state_;
  const DagState* dag = s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  TRY_ASSIGN(BackfillRow row,
             draft_backfill(*dag->spec, command, s.config.max_runs_per_backfill, now.wall));
  BackfillPlan plan;
  plan.total = row.total;
  const std::string missing = missing_outputs(*dag->spec, row);
  while (plan.rows.size() < most) {
    row.position = next_backfill_tick(*dag->spec, row);
    if (!row.position) break;
    plan.rows.push_back(plan_row(s, *dag, row, missing, *row.position));
  }
  return plan;
}

}  // namespace weft
