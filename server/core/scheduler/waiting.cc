// Tasks that need no worker and wait (dag/waiting.h): for a time, for another task, for a run that
// they trigger, for a person. Scheduled, they look; what isn't there yet they wait for in its list
// or by a timer, and look again when it may have come.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/past.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

/// How long it may wait without a worker; 0: for ever.
Duration limit_of(const Task& task) {
  if (const auto* approval = std::get_if<Approval>(&task.waiting_for)) return approval->timeout;
  return is_sensor(task.type) ? task.timeout : Duration{};
}

bool is_waiting(const Instance& instance) {
  return instance.row.state == TaskState::deferred ||
         instance.row.state == TaskState::up_for_reschedule;
}

bool contains(const std::vector<TaskState>& states, TaskState state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

Result<Instant> instant_from(const Template& text, const Scope& scope, std::string_view field) {
  const auto value = text.render(scope);
  auto instant = value ? parse_instant(*value) : tl::unexpected(value.error());
  if (!instant)
    return fail(ErrorCode::invalid_argument,
                "with." + std::string(field) + ": " + instant.error().message);
  return *instant;
}

void Step::begin_waiting(ActiveRun& run, Instance& instance) {
  instance.row.started_at = now.wall;
  const Task& task = run.task_of(instance);
  if (const auto* trigger = std::get_if<TriggerDag>(&task.waiting_for))
    return trigger_dag(run, instance, *trigger);
  if (const auto* approval = std::get_if<Approval>(&task.waiting_for))
    return ask_person(run, instance, *approval);
  look(run, instance);
}

/// Is what it waits for here? REQUIRES: it is scheduled, deferred or up_for_reschedule.
void Step::look(ActiveRun& run, Instance& instance) {
  const Task& task = run.task_of(instance);
  if (const auto* sensor = std::get_if<SensorTime>(&task.waiting_for))
    return look_at_time(run, instance, *sensor);
  if (const auto* sensor = std::get_if<SensorTask>(&task.waiting_for))
    return look_at_task(run, instance, *sensor);
  if (const auto* sensor = std::get_if<SensorAsset>(&task.waiting_for))
    return look_at_asset(run, instance, *sensor);
  if (const auto* trigger = std::get_if<TriggerDag>(&task.waiting_for))
    return look_at_triggered(run, instance, *trigger);
}

void Step::wait_on(ActiveRun& run, Instance& instance, TaskState as, std::string reason) {
  if (instance.row.state != as) {
    transition(run, instance, Cause::began_waiting, as, std::move(reason));
    arm_waiting(run, instance);
  }
}

/// Its timers and its place in its pool; after a restart too.
void Step::arm_waiting(const ActiveRun& run, const Instance& instance) {
  const Task& task = run.task_of(instance);
  if (is_poked(task.type)) return arm_poke(run, instance);
  const Timer timer{Timer::Kind::wait_timeout, run.row.id.value, instance.index.value,
                    instance.row.try_number};
  if (const Duration limit = limit_of(task); limit > Duration{}) {
    const Duration spent = now.wall - instance.row.started_at.value_or(now.wall);
    s.timers.at_steady(now.steady + limit - std::clamp(spent, Duration{}, limit), timer);
  }
  if (instance.row.state == TaskState::deferred)
    s.admission.defer(instance.row.id, {LimitName::Kind::pool, task.pool}, task.pool_slots);
}

void Step::look_again(ActiveRun& run, Instance& instance) {
  if (is_waiting(instance)) look(run, instance);
}

void Step::look_at_time(ActiveRun& run, Instance& instance, const SensorTime& sensor) {
  const ObjectScope scope(values_for(run, instance));
  const auto until = instant_from(sensor.until, scope, "until");
  if (!until) return settle_waiting(run, instance, AttemptState::failed, until.error().message);
  if (*until <= now.wall) return settle_waiting(run, instance, AttemptState::success);
  wait_on(run, instance, TaskState::up_for_reschedule);
  instance.row.retry_at = *until;
  s.timers.at_wall(*until, {Timer::Kind::waiting, run.row.id.value, instance.index.value,
                            instance.row.try_number});
}

Result<AwaitedTask> awaited_task(const ActiveRun& run, const SensorTask& sensor,
                                 const Scope& scope) {
  AwaitedTask target;
  TRY_ASSIGN(target.dag_id, sensor.dag_id.render(scope));
  if (target.dag_id.empty()) target.dag_id = run.facts->dag_id;
  TRY_ASSIGN(target.task_id, sensor.task_id.render(scope));
  if (!sensor.logical_date.text().empty()) {
    TRY_ASSIGN(target.logical_date, instant_from(sensor.logical_date, scope, "logical_date"));
  } else if (run.row.logical_date) {
    target.logical_date = *run.row.logical_date;
  } else {
    return fail(ErrorCode::invalid_argument, "its run has no logical date: give with.logical_date");
  }
  return target;
}

void Step::look_at_task(ActiveRun& run, Instance& instance, const SensorTask& sensor) {
  const ObjectScope scope(values_for(run, instance));
  const auto target = awaited_task(run, sensor, scope);
  if (!target) return settle_waiting(run, instance, AttemptState::failed, target.error().message);
  const AwaitedNow found = look_up(s, *target);
  if (!found.error.empty()) return settle_waiting(run, instance, AttemptState::failed, found.error);
  bool all = !found.states.empty();
  for (const TaskState state : found.states) {
    all = all && contains(sensor.allowed_states, state);
    if (!contains(sensor.failed_states, state)) continue;
    const bool soft = run.task_of(instance).soft_fail;
    return settle_waiting(run, instance, soft ? AttemptState::skipped : AttemptState::failed,
                          target->words() + " is " + std::string(name_of(state)));
  }
  if (all) return settle_waiting(run, instance, AttemptState::success);
  wait_on(run, instance, TaskState::up_for_reschedule);
  s.waits.add(found.awaited, {run.row.id, instance.index, instance.row.id});
}

/// Its run is being ended, and will come to it, unless a clear lets the run go on before.
void Step::wait_for_sweep(const Timer& timer) {
  s.timers.at_steady(now.steady + std::chrono::seconds(1), timer);
}

/// Woken by the clock: the time of a sensor.time, which may have been set back meanwhile.
void Step::waiting_due(const Timer& timer) {
  const auto at = timed(timer);
  if (!at || !is_waiting(at->instance)) return;
  auto& [run, instance] = *at;
  if (run.has_ended_for(run.task_of(instance))) return wait_for_sweep(timer);
  look_again(run, instance);
}

void Step::wait_timed_out(const Timer& timer) {
  const auto at = timed(timer);
  if (!at || !is_waiting(at->instance)) return;
  auto& [run, instance] = *at;
  if (run.has_ended_for(run.task_of(instance))) return wait_for_sweep(timer);
  const Task& task = run.task_of(instance);
  const Duration limit = limit_of(task);
  const Duration left =
      limit - std::clamp(now.wall - instance.row.started_at.value_or(now.wall), Duration{}, limit);
  if (left > Duration{}) {  // of an older wait, or the clock was set back
    s.timers.at_steady(now.steady + left, timer);
    return;
  }
  const std::string why = "timeout: nothing came within " + format_duration(limit);
  settle_waiting(run, instance, task.soft_fail ? AttemptState::skipped : AttemptState::failed, why,
                 nullptr, Retry::never);
}

/// The end of a try that no worker had, recorded like any other.
void Step::settle_waiting(ActiveRun& run, Instance& instance, AttemptState outcome,
                          std::string error, const nlohmann::json& outputs, Retry retry) {
  AttemptRow row;
  row.id = AttemptId{++s.ids.attempt.value};
  row.instance = instance.row.id;
  row.run = run.row.id;
  row.try_number = ++instance.row.try_number;
  row.state = outcome;
  row.queued_at = instance.row.scheduled_at.value_or(now.wall);
  row.started_at = instance.row.started_at;
  row.ended_at = now.wall;
  row.error = std::move(error);
  instance.row.attempt = row.id;
  instance.row.queued_at.reset();
  record(row);
  record_outcome(run, row, AttemptState::queued);
  after_attempt(run, instance, row, outputs, retry);
}

void Step::fail_unstarted(ActiveRun& run, Instance& instance, std::string error) {
  instance.row.started_at.reset();
  settle_waiting(run, instance, AttemptState::failed, std::move(error));
}

}  // namespace weft
