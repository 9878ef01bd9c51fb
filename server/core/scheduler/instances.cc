// The life of a task instance and of its attempts.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/state_events.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

bool is_failure(TaskState state) {
  return state == TaskState::failed || state == TaskState::upstream_failed;
}

}  // namespace

void Step::transition(ActiveRun& run, Instance& instance, Cause cause, TaskState to,
                      std::string reason) {
  const TaskState from = instance.row.state;
  WEFT_CHECK_MSG(is_legal(from, cause, to), name_of(cause).data());
  instance.row.state = to;
  instance.row.reason = std::move(reason);
  event(task_event(run.row, instance.row, from));
  if (to == TaskState::scheduled) instance.row.scheduled_at = now.wall;
  if (to != TaskState::up_for_retry && to != TaskState::up_for_reschedule)
    instance.row.retry_at.reset();
  if (from == TaskState::deferred) s.admission.undefer(instance.row.id);
  if (to == TaskState::none) instance.row.concurrency_key.clear();
  if (run.task_of(instance).type == TaskType::branch) run.left_out.erase(instance.index);
  if (is_terminal(to)) {
    instance.row.ended_at = now.wall;
    if (!is_terminal(from)) --run.unsettled;
    wake_waiters_of(run, instance);
  } else if (is_terminal(from)) {
    ++run.unsettled;
  }
  s.waits.remove(instance.row.id);
  const int change = static_cast<int>(is_failure(to)) - static_cast<int>(is_failure(from));
  run.failed += change;
  if (run.is_of_note(run.task_of(instance))) run.failed_of_note += change;
  touch(run, instance);
  if (to == TaskState::success && is_work(cause)) make_outlets(run, instance);
}

/// A terminal state was reached: tell the downstreams, apply fail_fast, maybe end the run.
void Step::settled(ActiveRun& run, Instance& instance) {
  const TaskState state = instance.row.state;
  std::vector<InstanceIndex> decided;
  run.graph->settle(instance.index, state, decided);
  const Task& task = run.task_of(instance);
  const bool goes_on = group_settled(run, task, decided);
  push_decided(run, decided);
  if (!goes_on && run.ending.empty() && run.dag().fail_fast && state == TaskState::failed &&
      (!task.teardown || task.on_failure_fail_dagrun))
    end_early(run, "fail_fast: " + task.id + " failed");
  complete_if_settled(run);
}

/// What is decided is evaluated; once a run is being ended, of that only teardowns.
void Step::push_decided(const ActiveRun& run, const std::vector<InstanceIndex>& decided) {
  for (const InstanceIndex next : decided)
    if (!run.has_ended_for(run.dag().task(run.graph->task_of(next))))
      s.work.push_back({run.row.id, next});
}

void Step::evaluate(ActiveRun& run, InstanceIndex index) {
  if (!run.has(index)) return;
  Instance& instance = run.instance(index);
  if (run.has_ended_for(run.task_of(instance))) return;
  if (instance.row.state != TaskState::none) return look_again(run, instance);
  if (run.held) return;  // what its rule sees, and what it is mapped over, is still changing
  if (const Instance* branch = left_out_by(run, instance)) {
    transition(run, instance, Cause::condition_false, TaskState::skipped,
               "not chosen by " + run.task_of(*branch).id);
    return settled(run, instance);
  }
  RuleVerdict verdict = run.graph->verdict(index);
  // Mapped before it waits: each element waits for its own map index in the run before.
  if (verdict.kind == RuleVerdict::Kind::run &&
      run.dag().mapping_of(run.task_of(instance)) != nullptr) {
    if (!expand(run, instance)) return;
    verdict = run.graph->verdict(index);  // for an element counts what is in its lane
  }
  if (verdict.kind == RuleVerdict::Kind::wait) return;
  if (verdict.kind == RuleVerdict::Kind::run) {
    if (!run.ending.empty() || !waits_for_past(run, instance)) make_ready(run, instance);
    return;
  }
  transition(run, instance, Cause::rule_sets, verdict.state);
  settled(run, instance);
}

void Step::make_ready(ActiveRun& run, Instance& instance) {
  const Task& task = run.task_of(instance);
  if (task.when || task.type == TaskType::branch) {
    const ObjectScope scope(values_for(run, instance));
    if (task.when) {
      const Result<bool> condition = task.when->evaluate_bool(scope);
      if (!condition || !*condition) {
        if (condition)
          transition(run, instance, Cause::condition_false, TaskState::skipped,
                     "`when` is false: " + task.when->text());
        else
          transition(run, instance, Cause::evaluation_failed, TaskState::failed,
                     "`when`: " + condition.error().message);
        return settled(run, instance);
      }
    }
    if (task.type == TaskType::branch) return run_branch(run, instance, scope);
  }
  if (task.type == TaskType::noop) {
    instance.row.started_at = now.wall;
    transition(run, instance, Cause::finished_inline, TaskState::success);
    return settled(run, instance);
  }
  transition(run, instance, Cause::rule_says_run, TaskState::scheduled);
  ask(run, instance);
}

std::optional<Step::Timed> Step::timed(const Timer& timer) {
  ActiveRun* run = s.find_run(RunId{timer.id});
  if (run == nullptr || !run->has(InstanceIndex{timer.sub})) return std::nullopt;
  Instance& instance = run->instance(InstanceIndex{timer.sub});
  if (instance.row.try_number != timer.generation) return std::nullopt;
  return Timed{*run, instance};
}

/// Its next try is due: does its trigger rule still say run? If not it goes back to `none`, with
/// the tries that it had, and is decided about like any other.
bool Step::waits_again(ActiveRun& run, Instance& instance) {
  const Task& task = run.task_of(instance);
  if (!run.ending.empty() || task.teardown) return false;
  if (run.graph->verdict(instance.index).kind == RuleVerdict::Kind::run) return false;
  transition(run, instance, Cause::rule_waits_again, TaskState::none, waits_for_upstreams);
  s.work.push_back({run.row.id, instance.index});
  return true;
}

void Step::retry_due(const Timer& timer) {
  const auto at = timed(timer);
  if (!at || at->instance.row.state != TaskState::up_for_retry) return;
  if (waits_again(at->run, at->instance)) return;
  transition(at->run, at->instance, Cause::retry_due, TaskState::scheduled);
  ask(at->run, at->instance);
}

}  // namespace weft
