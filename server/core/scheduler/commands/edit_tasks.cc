#include <limits>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

Result<void> check(const EditTasks& command, const std::optional<RunRow>& run) {
  const TaskSelection& what = command.edit.what;
  if (what.from && what.to && *what.from > *what.to)
    return fail(ErrorCode::invalid_argument, "start_date is after end_date");
  if (!what.past && !what.future) return {};
  if (!run)
    return fail(ErrorCode::invalid_argument,
                "include_past and include_future need a run to start from: give dag_run_id");
  if (!run->logical_date)
    return fail(ErrorCode::invalid_argument,
                "run \"" + what.run_id +
                    "\" has no logical date: include_past and include_future say nothing");
  return {};
}

/// Which runs: one, those within dates, or all.
RunWalk walk_of(const Step& step, const TaskSelection& what, const std::optional<RunRow>& run) {
  constexpr Instant begin = from_micros(std::numeric_limits<std::int64_t>::min() / 2);
  constexpr Instant end = from_micros(std::numeric_limits<std::int64_t>::max() / 2);
  RunWalk walk;
  walk.last = step.s.ids.run.value;
  const bool spreads = what.past || what.future;
  if (run && !spreads) {
    walk.after = run->id.value - 1;
    walk.last = run->id.value;
  } else if (run) {
    walk.by_date = true;
    walk.after = to_micros(what.past ? begin : *run->logical_date) - 1;
    walk.last = to_micros(what.future ? end : *run->logical_date);
  } else if (what.from || what.to) {
    walk.by_date = true;
    walk.after = to_micros(what.from.value_or(begin)) - 1;
    walk.last = to_micros(what.to.value_or(end));
  }
  return walk;
}

std::int64_t count_runs(const Step& step, DagKey dag, const RunWalk& walk) {
  const History& history = step.s.history;
  if (walk.by_date)
    return history.count_runs_by_date(dag, from_micros(walk.after), from_micros(walk.last));
  if (walk.last - walk.after == 1) return 1;
  return history.count_runs_by_id(dag, RunId{walk.last});
}

/// Only runs in memory have an instance that runs.
Result<void> nothing_runs(const Step& step, const DagState& dag, const EditTasks& command,
                          const RunWalk& walk) {
  for (const auto& [run_id, id] : dag.by_run_id) {
    const ActiveRun& run = *step.s.find_run(id);
    const auto date = run.row.logical_date;
    if (walk.by_date && !date) continue;
    const std::int64_t at = walk.by_date ? to_micros(*date) : id.value;
    if (at <= walk.after || at > walk.last) continue;
    const InstanceFilter filter(run.dag(), command.edit.what, command.edit.action);
    for (const Instance& instance : run.instances)
      if (instance.row.state == TaskState::running &&
          filter.changes(instance.task, instance.row.map_index, instance.row.state))
        return fail(ErrorCode::conflict, "task \"" + instance.row.task_id + "\" of run \"" +
                                             run.row.run_id +
                                             "\" is running; wait for its end, or leave out "
                                             "prevent_running_task");
  }
  return {};
}

std::string only_task(const TaskSelection& what) {
  return what.tasks.size() == 1 ? what.tasks.front().task_id : "";
}

}  // namespace

Result<Answer> apply(Step& step, const EditTasks& command) {
  const TaskSelection& what = command.edit.what;
  const DagState* dag = step.s.find_dag(what.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + what.dag_id + "\"");
  std::optional<RunRow> run;
  if (!what.run_id.empty()) {
    const ActiveRun* active = step.find_or_adopt(*dag, what.run_id);
    if (active == nullptr)
      return fail(ErrorCode::not_found,
                  "DAG \"" + what.dag_id + "\" has no run \"" + what.run_id + "\"");
    run = active->row;
  }
  TRY(check(command, run));
  Job job;
  job.edit = command.edit;
  job.walk = walk_of(step, what, run);
  if (command.prevent_running) TRY(nothing_runs(step, *dag, command, job.walk));
  job.row.kind = JobRow::Kind::edit;
  job.row.dag = dag->row.key;
  if (job.walk.last - job.walk.after == 1 && run) job.row.run = run->id;
  job.row.action = name_of(command.edit.action);
  job.row.actor = command.actor.name;
  job.row.runs_total = count_runs(step, dag->row.key, job.walk);
  step.audit(command.actor, job.row.action, what.dag_id, what.run_id, only_task(what),
             to_json(command.edit).dump());
  return Answer{step.begin_job(std::move(job))};
}

}  // namespace weft
