// Sensors that a worker looks for: a poke that finds nothing continues its try later, and in
// between the task holds no slot.

#include <algorithm>

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

constexpr Duration longest_backoff = std::chrono::hours(1);

}  // namespace

Duration poke_delay(const Task& task, int pokes) {
  if (!task.exponential_backoff) return task.poke_interval;
  const Duration most = std::max(task.poke_interval, longest_backoff);
  Duration delay = task.poke_interval;
  for (int i = 1; i < pokes && delay < most; ++i) delay *= 2;
  return std::min(delay, most);
}

Retry Step::judge_poke(const ActiveAttempt& attempt, wire::AttemptResult& result) const {
  const ActiveRun& run = *s.runs.at(attempt.row.run);
  const Instance& instance = run.instance(attempt.instance);
  const Task& task = run.task_of(instance);
  if (!is_poked(task.type)) {
    result.outcome = AttemptState::failed;
    result.error = "the worker said that it looks again later, but it is no sensor";
    return Retry::by_policy;
  }
  // What is being killed ends as that, and a clear begins anew.
  if (is_wanted_dead(run, attempt)) return Retry::by_policy;
  // When it looked, not when its word came: after an outage there is one more look.
  const Instant began = attempt.row.started_at.value_or(attempt.row.queued_at);
  const Instant looked = result.ended_at > 0 ? std::clamp(from_micros(result.ended_at), began,
                                                          std::max(now.wall, began))
                                             : now.wall;
  if (looked - instance.row.started_at.value_or(looked) < task.timeout) return Retry::by_policy;
  result.outcome = task.soft_fail ? AttemptState::skipped : AttemptState::failed;
  result.error = "timeout: nothing came within " + format_duration(task.timeout) +
                 (result.error.empty() ? "" : ": " + result.error);
  return Retry::never;
}

void Step::poke_again(ActiveRun& run, Instance& instance, const AttemptRow& row) {
  const Task& task = run.task_of(instance);
  ++instance.row.pokes;
  instance.row.losses = 0;  // of its thousands of attempts this one was whole
  const Instant next = *row.ended_at + poke_delay(task, instance.row.pokes);
  // The last poke comes when the time is up, not an interval before.
  const Instant last = instance.row.started_at.value_or(now.wall) + task.timeout;
  transition(run, instance, Cause::found_nothing, TaskState::up_for_reschedule, row.error);
  instance.row.retry_at = std::min(next, last);
  arm_poke(run, instance);
}

/// After a restart too. Steady from here on, whatever the wall clock does.
void Step::arm_poke(const ActiveRun& run, const Instance& instance) {
  const Duration left = instance.row.retry_at.value_or(now.wall) - now.wall;
  const Duration most = poke_delay(run.task_of(instance), instance.row.pokes);
  s.timers.at_steady(
      now.steady + std::clamp(left, Duration{}, most),
      {Timer::Kind::poke, run.row.id.value, instance.index.value, instance.row.try_number});
}

void Step::poke_due(const Timer& timer) {
  const auto at = timed(timer);
  if (!at || at->instance.row.state != TaskState::up_for_reschedule ||
      !is_poked(at->run.task_of(at->instance).type))
    return;
  if (waits_again(at->run, at->instance)) return;
  transition(at->run, at->instance, Cause::poke_due, TaskState::scheduled);
  ask(at->run, at->instance);
}

}  // namespace weft
