// What people, limits and clocks do to a whole run: end it early, mark it, open it again.

#include "server/core/scheduler/state_events.h"
#include "server/core/scheduler/step.h"

namespace weft {

void Step::end_early(ActiveRun& run, std::string reason) {
  if (is_terminal(run.row.state) || !run.ending.empty()) return;
  set_ending(run, std::move(reason));
  // It must not wait for its turn to be ended.
  if (run.row.state == RunState::queued) return start_out_of_turn(run);
  if (run.row.materialized) sweep(run);  // else its last slice of instances goes on with it
}

void Step::set_ending(ActiveRun& run, std::string reason) {
  run.ending = std::move(reason);
  run.swept = InstanceIndex{0};
  run.row.reason = run.ending;
  touch(run);
}

/// Ends what the run still has, in slices: where it stands is not stored, since all that stands
/// before is ended for good.
void Step::sweep(ActiveRun& run) {
  for (; run.has(run.swept); ++run.swept.value) {
    if (is_spent()) return s.work.push_back({run.row.id, InstanceIndex{-1}});
    end_instance(run, run.instance(run.swept));
  }
  complete_if_settled(run);
}

/// What has not begun is skipped, what lives is killed. A mark of the whole run doesn't wait for
/// the attempts' ends.
void Step::end_instance(ActiveRun& run, Instance& instance) {
  const TaskState state = instance.row.state;
  const bool success = run.ending == marked_success, mark = success || run.ending == marked_failed;
  const bool live =
      state == TaskState::queued || state == TaskState::running || state == TaskState::restarting;
  if (is_terminal(state)) {
    if (!success || state == TaskState::success || state == TaskState::removed) return;
    run.graph->unsettle(instance.index);
  } else if (run.task_of(instance).teardown && !mark) {
    if (state == TaskState::none) push_decided(run, {instance.index});
    return;  // it runs when the rest is over
  } else if (live && !mark) {
    if (ActiveAttempt* attempt = s.attempts.find(instance.row.attempt)) request_cancel(*attempt);
    return;
  }
  detach(instance);
  s.admission.withdraw(instance.row.id);
  const TaskState to = success ? TaskState::success : live ? TaskState::failed : TaskState::skipped;
  transition(run, instance, Cause::ended_with_run, to, run.ending);
  std::vector<InstanceIndex> decided;
  run.graph->settle(instance.index, to, decided);
  group_settled(run, run.task_of(instance), decided);
  push_decided(run, decided);
}

void Step::start_out_of_turn(ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  if (dag.queued.erase(queue_position(run.row)) > 0 && run.row.type == RunType::scheduled) {
    --dag.scheduled_queued;
    if (dag.spec->timetable) wake_schedule(dag);  // one more may be made
  }
  if (BackfillState* backfill = s.find_backfill(run.row.backfill))
    backfill->queued.erase(queue_position(run.row));
  dag.waiting.erase({run.row.run_after, run.row.id});
  start_run(dag, run);
}

/// A terminal run goes back to queued: what is `none` in it is evaluated again.
void Step::reopen(ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  event(run_event(run.row, run.row.state, RunState::queued));
  run.ending.clear();
  run.row.reason.clear();
  run.row.state = RunState::queued;
  run.row.queued_at = now.wall;
  run.row.started_at.reset();
  run.row.ended_at.reset();
  touch(run);
  enqueue(dag, run.row);
  if (const BackfillState* backfill = s.find_backfill(run.row.backfill)) wake_backfill(*backfill);
  asset_run_queued(dag, run.row);
  start_ready_runs(dag);
  wake_all_of(run.row.id);  // who waits for it may have to see that it gets its turn
}

/// success and failed settle every instance now; attempts that still run are killed and only
/// recorded.
void Step::mark_run(ActiveRun& run, MarkRun::To to) {
  if (run.row.state == RunState::queued) start_out_of_turn(run);
  if (is_terminal(run.row.state)) revive(run);
  set_ending(run, to == MarkRun::To::success ? marked_success : marked_failed);
  if (run.row.materialized)
    sweep(run);
  else
    materialize(run);
}

/// A run that is over is about to end otherwise: until then it counts as running.
void Step::revive(ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  event(run_event(run.row, run.row.state, RunState::running));
  run.row.state = RunState::running;
  run.row.ended_at.reset();
  running_beside(dag, run.row).insert(run.row.id);
  // A clear may yet let it go on.
  s.admission.set_capacity({LimitName::Kind::run, std::to_string(run.row.id.value)},
                           run.dag().max_active_tasks);
}

}  // namespace weft
