// What people, limits and clocks do to a whole run: end it early, mark it.

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {

/// Everything that has not begun is skipped.
void Step::skip_pending(ActiveRun& run) {
  std::vector<InstanceIndex> ignored;
  for (Instance& instance : run.instances) {
    const TaskState state = instance.row.state;
    if (is_terminal(state) || state == TaskState::queued || state == TaskState::running) continue;
    s.admission.withdraw(instance.row.id);
    transition(run, instance, Cause::ended_with_run, TaskState::skipped, run.ending);
    run.graph->settle(instance.index, TaskState::skipped, ignored);
  }
}

void Step::end_early(ActiveRun& run, std::string reason) {
  if (is_terminal(run.row.state) || !run.ending.empty()) return;
  run.ending = std::move(reason);
  run.row.reason = run.ending;
  touch(run);
  // It must not wait for its turn to be ended.
  if (run.row.state == RunState::queued) return start_out_of_turn(run);
  if (!run.row.materialized) return;  // its last slice skips the rest
  skip_pending(run);
  for (const Instance& instance : run.instances) {
    if (instance.row.state != TaskState::queued && instance.row.state != TaskState::running)
      continue;
    if (ActiveAttempt* attempt = s.attempts.find(instance.row.attempt)) request_cancel(*attempt);
  }
  complete_if_settled(run);
}

void Step::start_out_of_turn(ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  if (dag.queued.erase(queue_position(run.row)) > 0 && run.row.type == RunType::scheduled)
    --dag.scheduled_queued;
  if (BackfillState* backfill = s.find_backfill(run.row.backfill))
    backfill->queued.erase(queue_position(run.row));
  dag.waiting.erase({run.row.run_after, run.row.id});
  start_run(dag, run);
}

/// A terminal run goes back to queued: what is `none` in it is evaluated again.
void Step::reopen(ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  EventRow row;
  row.kind = EventRow::Kind::run_state;
  row.dag = run.row.dag;
  row.run = run.row.id;
  row.from = static_cast<std::uint8_t>(run.row.state);
  row.to = static_cast<std::uint8_t>(RunState::queued);
  event(std::move(row));
  run.ending.clear();
  run.row.reason.clear();
  run.row.state = RunState::queued;
  run.row.queued_at = now.wall;
  run.row.started_at.reset();
  run.row.ended_at.reset();
  touch(run);
  dag.by_run_id[run.row.run_id] = run.row.id;
  if (run.row.logical_date) dag.by_logical_date[*run.row.logical_date] = run.row.id;
  enqueue(dag, run.row);
  if (const BackfillState* backfill = s.find_backfill(run.row.backfill)) wake_backfill(*backfill);
  start_ready_runs(dag);
}

/// success and failed settle every instance now; attempts that still run are killed and only
/// recorded.
void Step::mark_run(ActiveRun& run, MarkRun::To to) {
  const bool success = to == MarkRun::To::success;
  if (run.row.state == RunState::queued) start_out_of_turn(run);
  if (!run.row.materialized) materialize(run, Slice::whole);
  if (!is_terminal(run.row.state)) run.ending = success ? "marked success" : "marked failed";
  for (Instance& instance : run.instances) {
    const TaskState state = instance.row.state;
    const bool live = state == TaskState::queued || state == TaskState::running;
    if (is_terminal(state) && (!success || state == TaskState::success)) continue;
    if (ActiveAttempt* attempt = live ? s.attempts.find(instance.row.attempt) : nullptr) {
      attempt->detached = true;
      request_cancel(*attempt);
    }
    s.admission.withdraw(instance.row.id);
    const TaskState settled_as = success ? TaskState::success
                                 : live  ? TaskState::failed
                                         : TaskState::skipped;
    transition(run, instance, Cause::ended_with_run, settled_as, run.ending);
  }
  finish_run(run, success ? RunState::success : RunState::failed);
}

}  // namespace weft
