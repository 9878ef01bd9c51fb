// What people say that a task instance has come to, and what follows from it.

#include "server/core/scheduler/step.h"

namespace weft {

/// Whatever it does: an attempt that lives is killed and only recorded.
void Step::mark_instance(ActiveRun& run, Instance& instance, TaskState to) {
  const TaskState from = instance.row.state;
  if (is_terminal(from)) run.graph->unsettle(instance.index);
  detach(instance);
  s.admission.withdraw(instance.row.id);
  transition(run, instance, Cause::marked, to, "marked " + std::string(name_of(to)));
  settled(run, instance);
}

/// Its attempt goes on for nobody.
void Step::detach(const Instance& instance) {
  ActiveAttempt* attempt = s.attempts.find(instance.row.attempt);
  if (attempt == nullptr || attempt->detached) return;
  attempt->detached = true;
  request_cancel(*attempt);
}

/// Did its trigger rule set this state, and would not set it now?
bool Step::is_outdated(const ActiveRun& run, const Instance& instance) const {
  const TaskState state = instance.row.state;
  if (state != TaskState::skipped && state != TaskState::upstream_failed) return false;
  if (!instance.row.reason.empty()) return false;  // a branch, `when`, a person or its own exit
  const RuleVerdict verdict = run.graph->verdict(instance.index);
  return verdict.kind != RuleVerdict::Kind::set || verdict.state != state;
}

/// A run that is over has marks and nothing to do: its outcome follows, unless it was ended.
void Step::restate(ActiveRun& run) {
  run.row.failed_tasks = run.failed;
  touch(run);
  if (!run.row.reason.empty()) return;
  const RunState state = outcome_of(run);
  if (state == run.row.state) return;
  EventRow row;
  row.kind = EventRow::Kind::run_state;
  row.dag = run.row.dag;
  row.run = run.row.id;
  row.from = static_cast<std::uint8_t>(run.row.state);
  row.to = static_cast<std::uint8_t>(state);
  event(std::move(row));
  run.row.state = state;
  wake({Awaited::Kind::run_end, run.row.id.value, ""});
}

/// REQUIRES: it is not over.
void Step::cancel_instance(ActiveRun& run, Instance& instance) {
  const TaskState state = instance.row.state;
  if (state == TaskState::queued || state == TaskState::running) {
    // The reason is in the row, so that a restart knows what its attempt's end means.
    instance.row.reason = cancelled_reason;
    touch(run, instance);
    if (ActiveAttempt* attempt = s.attempts.find(instance.row.attempt)) request_cancel(*attempt);
    return;
  }
  detach(instance);
  s.admission.withdraw(instance.row.id);
  transition(run, instance, Cause::cancelled, TaskState::failed, cancelled_reason);
  settled(run, instance);
}

}  // namespace weft
