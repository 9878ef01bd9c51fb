// Back to the start: task instances that run once more, and runs that move to the current version.

#include "base/check.h"
#include "server/core/scheduler/map_lists.h"
#include "server/core/scheduler/state_events.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// Of the last try nothing counts any more but its number and its attempt.
void forget_try(InstanceRow& row) {
  row.failures = 0;
  row.losses = 0;
  row.pokes = 0;
  row.concurrency_key.clear();
  row.scheduled_at.reset();
  row.queued_at.reset();
  row.started_at.reset();
  row.ended_at.reset();
  row.retry_at.reset();
}

}  // namespace

/// What lives is killed first: its attempt's end makes it `none`.
void Step::clear_instance(ActiveRun& run, Instance& instance) {
  const TaskState from = instance.row.state;
  if (from == TaskState::none || from == TaskState::restarting) return;
  if (is_terminal(from)) run.graph->unsettle(instance.index);
  s.admission.withdraw(instance.row.id);
  instance.row.group_retries = 0;  // as failures: since the last clear
  if (ActiveAttempt* attempt = s.attempts.find(instance.row.attempt)) {
    attempt->detached = false;
    request_cancel(*attempt);
    transition(run, instance, Cause::cleared, TaskState::restarting);
    instance.row.failures = 0;
    instance.row.losses = 0;
    return;
  }
  transition(run, instance, Cause::cleared, TaskState::none);
  begin_anew(run, instance);
}

/// It has become `none`: outputs of its last try are gone, and it may be its turn again.
void Step::begin_anew(ActiveRun& run, Instance& instance) {
  forget_try(instance.row);
  forget_outputs(run, instance);
  s.work.push_back({run.row.id, instance.index});
}

/// The attempt of an instance that was cleared while it lived has ended.
void Step::restart(ActiveRun& run, Instance& instance) {
  if (!run.has_ended_for(run.task_of(instance))) {
    transition(run, instance, Cause::restarted, TaskState::none);
    begin_anew(run, instance);
  } else {
    transition(run, instance, Cause::ended_with_run, TaskState::skipped, run.ending);
    settled(run, instance);
  }
  if (is_terminal(run.row.state)) retire(run);
}

/// A clear while the run is being ended: it goes on after all.
void Step::go_on(ActiveRun& run) {
  run.ending.clear();
  run.row.reason.clear();
  run.row.started_at = now.wall;  // of which dagrun_timeout counts
  touch(run);
  arm_run_timeout(run, run.dag().dagrun_timeout);
  s.work.push_back({run.row.id, InstanceIndex{-1}});
}

void Step::arm_run_timeout(ActiveRun& run, Duration left) {
  if (run.dag().dagrun_timeout <= Duration{}) return;
  run.timeout = ++s.run_timers;
  s.timers.at_steady(now.steady + left,
                     {Timer::Kind::run_timeout, run.row.id.value, 0, run.timeout});
}

/// The run continues on the DAG's current version: added tasks get instances, those of tasks that
/// are gone become `removed`, those of tasks that are there again begin anew, and what it maps
/// otherwise is evaluated anew. With only_these, what is not selected stays out.
/// REQUIRES: it is over, no attempt of it lives, this step has not changed it.
ActiveRun& Step::move_to_latest(const DagState& dag, ActiveRun& run, const Edit& edit) {
  const InstanceFilter filter(*dag.spec, edit.what, EditAction::clear);
  const auto stays_out = [&](const Task* task, int map_index) {
    return edit.only_these && task != nullptr && !filter.names(task->index, map_index);
  };
  auto snapshot = s.history.load_run(run.row.id);
  WEFT_CHECK_MSG(snapshot && !run.dirty && run.live_attempts == 0, "a run moves while it changes");
  snapshot->run.version = dag.row.current_version;
  std::set<std::string> known;
  std::set<InstanceId> changed;
  for (InstanceRow& row : snapshot->instances) {
    known.insert(row.task_id);
    const Task* task = dag.spec->find_task(row.task_id);
    const bool is_there = task != nullptr;
    if (is_there != (row.state == TaskState::removed)) continue;
    if (stays_out(task, row.map_index)) continue;
    // What a backfill left out comes back when it is asked for, not with the version.
    if (is_there && row.reason == left_out_by_backfill &&
        !filter.changes(task->index, row.map_index, row.state))
      continue;
    const TaskState from = row.state;
    WEFT_CHECK(is_legal(from, is_there ? Cause::cleared : Cause::task_gone,
                        is_there ? TaskState::none : TaskState::removed));
    row.state = is_there ? TaskState::none : TaskState::removed;
    row.reason = is_there ? "" : "its task is not in the DAG any more";
    row.updated_at = now.wall;
    event(task_event(snapshot->run, row, from));
    if (!is_there) {
      record(row);  // no instance of the run any more
      continue;
    }
    forget_try(row);
    changed.insert(row.id);
  }
  for (const Task& task : dag.spec->tasks) {
    if (known.contains(task.id)) continue;
    InstanceRow& row = snapshot->instances.emplace_back();
    row.id = InstanceId{++s.ids.instance.value};
    row.run = run.row.id;
    row.task_id = task.id;
    changed.insert(row.id);
    if (!stays_out(&task, -1)) continue;
    row.state = TaskState::removed;
    row.reason = left_out_by_backfill;
    row.updated_at = now.wall;
    event(task_event(snapshot->run, row, TaskState::none));
  }
  std::erase_if(snapshot->mappings, [&](const MappingRow& mapping) {
    if (is_mapped_alike(run.dag(), *dag.spec, mapping.owner)) return false;
    record(MappingRow{run.row.id, mapping.owner, 0, nullptr});
    return true;
  });
  forget(run);
  ActiveRun& moved = adopt(*snapshot);
  touch(moved);
  for (Instance& instance : moved.instances)
    if (changed.contains(instance.row.id)) touch(moved, instance);
  retire(moved);
  wake_all_of(moved.row.id);  // another version: others may have to wait for other tasks of it
  return moved;
}

}  // namespace weft
