// Edits in slices: from the command's own step on, and if that does not do it, as a job.

#include "server/core/scheduler/job.h"

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// Of one slice, however little there is to change in them.
constexpr int runs_per_slice = 100;

bool has_more(const RunWalk& walk, const ActiveRun& run) {
  return walk.task < static_cast<std::int32_t>(run.dag().tasks.size());
}

/// What recover() reads.
nlohmann::json spec_of(const Job& job) {
  if (job.row.kind == JobRow::Kind::edit) return to_json(job.edit);
  if (job.row.kind == JobRow::Kind::delete_run && !job.row.run)
    return {{"before", to_micros(job.before)}};
  return nlohmann::json::object();
}

}  // namespace

nlohmann::json to_json(const RunWalk& walk) {
  return {{"by_date", walk.by_date},         {"after", walk.after},     {"last", walk.last},
          {"run", walk.run.value},           {"pass", walk.pass},       {"task", walk.task},
          {"run_changed", walk.run_changed}, {"element", walk.element}, {"begun", walk.begun}};
}

RunWalk walk_from_json(const nlohmann::json& json) {
  RunWalk walk;
  walk.by_date = json.at("by_date");
  walk.after = json.at("after");
  walk.last = json.at("last");
  walk.run = RunId{json.at("run")};
  walk.pass = json.at("pass").get<RunWalk::Pass>();
  walk.task = json.at("task");
  walk.run_changed = json.at("run_changed");
  walk.element = json.value("element", 0);  // older versions did whole tasks
  walk.begun = json.value("begun", walk.task > 0 || walk.pass != RunWalk::Pass::selected);
  return walk;
}

/// From behind the last run to the next one. False: there is none.
bool Step::walk_on(const Job& job, RunWalk& walk) const {
  const DagKey dag = job.row.dag;
  const auto next =
      walk.by_date ? s.history.runs_by_date(dag, from_micros(walk.after), from_micros(walk.last), 1)
                   : s.history.runs_by_id(dag, RunId{walk.after}, RunId{walk.last}, 1);
  if (next.empty()) return false;
  const RunKey& key = next.front();
  walk.after = walk.by_date ? to_micros(*key.logical_date) : key.id.value;
  walk.run = key.id;
  walk.pass = RunWalk::Pass::selected;
  walk.task = walk.element = 0;
  walk.run_changed = 0;
  return true;
}

/// Through the instances of the task that the walk has come to. False: the step has done enough.
template <class Edited>
bool Step::walk_elements(RunWalk& walk, ActiveRun& run, const Edited& edit) {
  const auto members = run.graph->members(TaskIndex{walk.task});
  for (; walk.element < static_cast<std::int32_t>(members.size()); ++walk.element) {
    if (is_spent()) return false;
    edit(run.instance(members[static_cast<std::size_t>(walk.element)]));
  }
  return true;
}

/// True: all is done.
bool Step::edit_slice(Job& job) {
  for (int seen = 0;;) {
    if (!job.walk.run) {
      if (is_spent() || seen++ == runs_per_slice) return false;
      if (!walk_on(job, job.walk)) return true;
    }
    if (!edit_run(job)) return false;
    job.walk.run = {};
    job.walk.begun = false;
    ++job.row.runs_done;
  }
}

/// An edit, other than this one, stands in the middle of it. Of jobs there are few.
bool Step::is_edited(RunId run, JobId but) const {
  return std::any_of(s.jobs.begin(), s.jobs.end(), [&](const auto& entry) {
    const Job& job = entry.second;
    return job.row.kind == JobRow::Kind::edit && job.walk.run == run && job.walk.begun &&
           entry.first != but;
  });
}

/// The run that the walk has come to. False: there is more to do in it, or another edit is in it.
bool Step::edit_run(Job& job) {
  const DagState& dag = s.dags.at(job.row.dag);
  ActiveRun* run = find_or_adopt(job.walk.run);
  if (run == nullptr) return true;
  if (!run->row.materialized) return run->row.state == RunState::queued;  // else they are coming
  if (is_edited(run->row.id, job.row.id)) return false;
  if (!job.walk.begun && job.edit.latest_version && is_terminal(run->row.state) &&
      run->live_attempts == 0 && run->row.version != dag.row.current_version) {
    if (run->dirty) return false;  // it ended in this very step
    run = &move_to_latest(dag, *run, job.edit);
    job.walk.run_changed += run->unsettled;
    job.row.changed += run->unsettled;
  }
  const bool was_held = run->held;
  job.walk.begun = run->held = true;
  const InstanceFilter filter(run->dag(), job.edit.what, job.edit.action);
  if (!edit_selected(job, *run, filter) || !edit_downstream(job, *run, filter)) return false;
  run->held = false;
  decide_groups(*run);  // what ended by itself meanwhile
  if (was_held) {       // what did not begin meanwhile
    run->swept = InstanceIndex{0};
    s.work.push_back({run->row.id, InstanceIndex{-1}});
  }
  end_edit(job, *run);
  return true;
}

bool Step::edit_selected(Job& job, ActiveRun& run, const InstanceFilter& filter) {
  if (job.walk.pass != RunWalk::Pass::selected) return true;
  const auto edit = [&](Instance& instance) {
    if (!filter.changes(instance.task, instance.row.map_index, instance.row.state)) return;
    ++job.walk.run_changed;
    ++job.row.changed;
    if (job.edit.action != EditAction::clear)
      return mark_instance(run, instance, target_of(job.edit.action));
    // An end that came when the edit had begun holds: what is cleared is ended with it.
    const bool was_ending = job.walk.run_changed == 1 && !run.ending.empty();
    if (was_ending && !is_terminal(run.row.state)) go_on(run);
    clear_instance(run, instance);
  };
  for (; has_more(job.walk, run); ++job.walk.task, job.walk.element = 0)
    if (!walk_elements(job.walk, run, edit)) return false;
  decide_groups(run);  // what is behind them sees the marks
  job.walk.pass = RunWalk::Pass::downstream;
  job.walk.task = 0;
  return true;
}

/// After marks: what trigger rules made of the states before them.
bool Step::edit_downstream(Job& job, ActiveRun& run, const InstanceFilter& filter) {
  const bool is_mark = job.edit.action != EditAction::clear;
  if (!is_mark || job.walk.run_changed == 0 || !run.ending.empty()) return true;
  const auto clear_outdated = [&](Instance& instance) {
    if (!is_outdated(run, instance)) return;
    clear_instance(run, instance);
    ++job.row.changed;
  };
  for (; has_more(job.walk, run); ++job.walk.task, job.walk.element = 0)
    if (filter.is_affected(TaskIndex{job.walk.task}) &&
        !walk_elements(job.walk, run, clear_outdated))
      return false;
  return true;
}

void Step::end_edit(const Job& job, ActiveRun& run) {
  if (run.is_partial) count_failures(run);
  if (!is_terminal(run.row.state)) return complete_if_settled(run);
  const bool is_mark = job.edit.action != EditAction::clear;
  const bool opens = run.unsettled > 0 && (is_mark || job.edit.reset_runs);
  if (job.walk.run_changed == 0) {
    retire(run);
  } else if (opens) {
    reopen(run);
  } else {
    restate(run);
    retire(run);
  }
}

bool Step::slice(Job& job) {
  job.row.updated_at = now.wall;
  switch (job.row.kind) {
    case JobRow::Kind::edit: return edit_slice(job);
    case JobRow::Kind::delete_run:
      return job.row.run ? delete_run_slice(job.row) : delete_runs_slice(job);
    case JobRow::Kind::delete_dag: return delete_dag_slice(job);
  }
  return true;
}

/// The first slice, in the step of its command.
EditAnswer Step::begin_job(Job job) {
  job.row.created_at = now.wall;
  if (slice(job)) return {{}, job.row.runs_done, job.row.changed};
  job.row.id = JobId{++s.ids.job.value};
  job.row.spec = spec_of(job);
  job.row.cursor = to_json(job.walk);
  record(job.row);
  const EditAnswer answer{job.row.id, job.row.runs_done, job.row.changed};
  s.jobs.emplace(job.row.id, std::move(job));
  return answer;
}

/// A slice of the next job in turn.
void Step::continue_jobs() {
  if (s.jobs.empty()) return;
  auto it = s.jobs.upper_bound(s.last_job);
  if (it == s.jobs.end()) it = s.jobs.begin();
  Job& job = it->second;
  s.last_job = job.row.id;
  const bool is_done = slice(job);
  job.row.cursor = to_json(job.walk);
  if (is_done) {
    job.row.state = JobRow::State::done;
    job.row.ended_at = now.wall;
  }
  // The jobs of a DAG go with it.
  if (!is_done || job.row.kind != JobRow::Kind::delete_dag) record(job.row);
  if (is_done) s.jobs.erase(it);
}

}  // namespace weft
