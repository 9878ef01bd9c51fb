// The life of a task instance's attempts: granted, started, ended, lost.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr Duration first_loss_delay = std::chrono::seconds(5);
constexpr Duration longest_loss_delay = std::chrono::minutes(5);

/// 5 s, 20 s, 80 s, then 5 minutes: what could not be had is asked for again.
Duration delay_after_loss(int losses) {
  Duration delay = first_loss_delay;
  for (int i = 0; i < losses && delay < longest_loss_delay; ++i) delay *= 4;
  return std::min(delay, longest_loss_delay);
}

Retry retry_of_unrendered(AttemptState outcome) {
  return outcome == AttemptState::lost ? Retry::later : Retry::by_policy;
}

std::string reason_of_kill(const ActiveRun& run) {
  return run.ending.empty() ? cancelled_reason : run.ending;
}

}  // namespace

void Step::granted(const Grant& grant) {
  ActiveRun& run = *s.runs.at(grant.rank.run);
  Instance& instance = run.instance(grant.rank.position);
  Session* session = grant.session.empty() ? nullptr : s.attempts.session(grant.session);
  const bool ends = run.has_ended_for(run.task_of(instance));
  // What was granted before it in this step may have ended it, or its run; an upstream may have
  // been cleared while it waited for its turn.
  const bool late =
      ends || instance.row.state != TaskState::scheduled || waits_again(run, instance);
  if (late || session == nullptr) {
    s.admission.release(instance.row.id);
    if (session != nullptr) refresh_worker(*session);
    if (ends) return end_instance(run, instance);
    // Without a session it needed room in a pool, and no worker.
    if (!late) begin_waiting(run, instance);
    // Its room may be another's now, who was passed over in this step.
    s.more_grants = s.more_grants || instance.row.state != TaskState::deferred;
    return;
  }
  ActiveAttempt attempt;
  attempt.instance = instance.index;
  attempt.on_lost = run.task_of(instance).on_lost;
  AttemptRow& row = attempt.row;
  row.id = AttemptId{++s.ids.attempt.value};
  row.instance = instance.row.id;
  row.run = run.row.id;
  const bool continues = instance.row.pokes > 0;
  row.try_number = instance.row.try_number += continues ? 0 : 1;
  row.worker = session->worker;
  row.session = session->id;
  row.queued_at = now.wall;
  instance.row.attempt = row.id;
  instance.row.queued_at = now.wall;
  if (!is_poked(run.task_of(instance).type)) instance.row.started_at.reset();
  instance.row.ended_at.reset();
  ++run.live_attempts;
  transition(run, instance, Cause::granted, TaskState::queued);
  record(row);
  ActiveAttempt& added = s.attempts.add(std::move(attempt));
  refresh_worker(*session);
  effect(lease_of(added));
}

LeaseGranted Step::lease_of(const ActiveAttempt& attempt) const {
  const ActiveRun& run = *s.runs.at(attempt.row.run);
  const Instance& instance = run.instance(attempt.instance);
  LeaseGranted lease;
  lease.worker = attempt.row.worker;
  lease.session = attempt.row.session;
  lease.after = s.attempts.lease_before(attempt.row);
  lease.attempt = attempt.row.id;
  lease.facts = run.facts;
  lease.task = instance.task;
  lease.map_index = instance.row.map_index;
  lease.try_number = attempt.row.try_number;
  lease.outputs = outputs_for(run, instance, run.task_of(instance).output_references);
  lease.map = map_values_of(run, instance);
  return lease;
}

void Step::attempt_started(ActiveAttempt& attempt, std::int64_t started_at) {
  if (attempt.row.state != AttemptState::queued) return;
  // The worker's clock may differ from ours: never before the grant, never in the future.
  const Instant at = std::clamp(from_micros(started_at), attempt.row.queued_at,
                                std::max(now.wall, attempt.row.queued_at));
  attempt.row.state = AttemptState::running;
  attempt.row.started_at = at;
  record(attempt.row);
  if (attempt.detached) return;
  ActiveRun& run = *s.runs.at(attempt.row.run);
  Instance& instance = run.instance(attempt.instance);
  if (instance.row.state == TaskState::restarting) return;
  // A sensor's time runs from its first poke, over all of its tries.
  if (!is_poked(run.task_of(instance).type) || !instance.row.started_at)
    instance.row.started_at = at;
  transition(run, instance, Cause::started, TaskState::running, instance.row.reason);
}

wire::Verdict Step::attempt_finished(const Session& session, const wire::AttemptResult& result) {
  const AttemptId id{result.attempt};
  ActiveAttempt* attempt = s.attempts.find(id);
  if (attempt == nullptr) {
    const auto recorded = s.history.attempt(id);
    // The last look of a sensor was recorded as what it made of the sensor.
    const bool same =
        recorded &&
        (recorded->state == result.outcome ||
         (result.outcome == AttemptState::rescheduled && recorded->error.starts_with("timeout: ")));
    const bool repeat = same && recorded->worker == session.worker;
    return repeat ? wire::Verdict::accepted : wire::Verdict::superseded;
  }
  if (attempt->row.worker != session.worker) return wire::Verdict::superseded;
  // A poke that looked has begun, whatever else is said: its sensor's time counts from then.
  const bool looked = result.outcome == AttemptState::rescheduled;
  if (result.started_at > 0 || looked) attempt_started(*attempt, result.started_at);
  wire::AttemptResult outcome = result;
  Retry retry = Retry::by_policy;
  if (result.outcome == AttemptState::cancelled && !attempt->unrendered.empty()) {
    outcome.outcome = attempt->unrendered_as;
    outcome.error = attempt->unrendered;
    retry = retry_of_unrendered(outcome.outcome);
  }
  if (result.outcome == AttemptState::cancelled && !attempt->cancel) {
    outcome.outcome = AttemptState::lost;
    outcome.error = "the worker ended it without being asked: " + result.error;
  }
  if (looked) retry = judge_poke(*attempt, outcome);
  end_attempt(id, outcome, retry);
  return wire::Verdict::accepted;
}

void Step::end_attempt(AttemptId id, const wire::AttemptResult& result, Retry retry) {
  ActiveAttempt attempt = *s.attempts.find(id);
  s.attempts.remove(id);
  if (const Session* session = s.attempts.session(attempt.row.session)) refresh_worker(*session);
  s.admission.release(attempt.row.instance);
  AttemptRow& row = attempt.row;
  const AttemptState before = row.state;
  row.state = result.outcome;
  row.ended_at = now.wall;
  if (result.ended_at > 0)
    row.ended_at = std::clamp(from_micros(result.ended_at), row.started_at.value_or(row.queued_at),
                              std::max(now.wall, row.started_at.value_or(row.queued_at)));
  row.exit_code = result.exit_code;
  row.signal = result.signal;
  row.pid = result.pid;
  row.cpu_us = result.cpu_us;
  row.max_rss_kb = result.max_rss_kb;
  row.log_bytes = result.log_bytes;
  row.error = result.error;
  record(row);
  ActiveRun& run = *s.runs.at(row.run);
  record_outcome(run, row, before);
  --run.live_attempts;
  if (attempt.detached) {
    if (is_terminal(run.row.state)) retire(run);
    return;
  }

  Instance& instance = run.instance(attempt.instance);
  if (instance.row.state == TaskState::restarting) return restart(run, instance);
  if (is_wanted_dead(run, attempt) && row.state != AttemptState::success &&
      row.state != AttemptState::skipped) {
    transition(run, instance, Cause::ended_with_run, TaskState::failed, reason_of_kill(run));
    return settled(run, instance);
  }
  after_attempt(run, instance, row, result.outputs, retry);
}

/// Its end is somebody's wish. What can't be rendered is stopped too, but fails by itself.
bool Step::is_wanted_dead(const ActiveRun& run, const ActiveAttempt& attempt) const {
  return (attempt.cancel && attempt.unrendered.empty()) ||
         run.has_ended_for(run.task_of(run.instance(attempt.instance)));
}

void Step::record_outcome(const ActiveRun& run, const AttemptRow& row, AttemptState before) {
  EventRow ended;
  ended.kind = EventRow::Kind::attempt_state;
  ended.dag = run.row.dag;
  ended.run = row.run;
  ended.instance = row.instance;
  ended.attempt = row.id;
  ended.from = static_cast<std::uint8_t>(before);
  ended.to = static_cast<std::uint8_t>(row.state);
  ended.detail = row.error;
  event(std::move(ended));
}

/// What a try's end means for its instance: settled, or again.
void Step::after_attempt(ActiveRun& run, Instance& instance, const AttemptRow& row,
                         const nlohmann::json& outputs, Retry retry) {
  if (row.state == AttemptState::rescheduled) return poke_again(run, instance, row);
  const Task& task = run.task_of(instance);
  instance.row.pokes = 0;
  const TryIdentity identity{run.facts->dag_id, run.row.run_id, task.id, instance.row.map_index,
                             row.try_number};
  AfterTry after = after_try(task.retry, row.state, row.exit_code, instance.row.failures,
                             instance.row.losses, task.max_infrastructure_retries, identity);
  if (retry == Retry::never && after.state == TaskState::up_for_retry)
    after.state = TaskState::failed;
  if (retry == Retry::later && after.state == TaskState::scheduled) {
    after.state = TaskState::up_for_retry;
    after.delay = delay_after_loss(instance.row.losses);
  }
  instance.row.failures += after.counts_as_failure ? 1 : 0;
  instance.row.losses += after.counts_as_loss ? 1 : 0;
  switch (after.state) {
    case TaskState::success:
      if (!outputs.is_null() && !outputs.empty())
        store_outputs(run, instance, outputs);
      else if (instance.row.try_number > 1)  // an earlier try may have left some, before a clear
        forget_outputs(run, instance);
      transition(run, instance, Cause::succeeded, TaskState::success);
      break;
    case TaskState::skipped:
      transition(run, instance, Cause::skipped_itself, TaskState::skipped,
                 row.error.empty() ? "it exited with its skip code" : row.error);
      break;
    case TaskState::up_for_retry:
      instance.row.retry_at = *row.ended_at + after.delay;
      transition(run, instance, after.counts_as_failure ? Cause::failed_retrying : Cause::lost,
                 TaskState::up_for_retry, row.error);
      // Counted from the end, which a late hand-in has already passed; steady from here on.
      s.timers.at_steady(
          now.steady + std::clamp(*instance.row.retry_at - now.wall, Duration{}, after.delay),
          {Timer::Kind::retry, run.row.id.value, instance.index.value, row.try_number});
      return;
    case TaskState::scheduled:
      transition(run, instance, Cause::lost, TaskState::scheduled, row.error);
      return demand(run, instance);
    default: transition(run, instance, Cause::failed_finally, TaskState::failed, row.error); break;
  }
  instance.row.ended_at = row.ended_at;
  settled(run, instance);
}

void Step::lose_attempt(AttemptId id, std::string why) {
  wire::AttemptResult result;
  result.attempt = id.value;
  result.outcome = AttemptState::lost;
  result.error = std::move(why);
  end_attempt(id, result);
}

/// What the worker has acknowledged and does not list.
void Step::drop_attempt(AttemptId id) {
  const ActiveAttempt& attempt = *s.attempts.find(id);
  if (attempt.unrendered.empty()) return lose_attempt(id, "the worker no longer has it");
  // It was given an empty lease: there was nothing to run.
  end_unrendered(id, attempt.unrendered_as, attempt.unrendered);
}

/// `outcome` and `why`: as FailAttempt says.
void Step::end_unrendered(AttemptId id, AttemptState outcome, std::string why) {
  wire::AttemptResult result;
  result.attempt = id.value;
  result.outcome = outcome;
  result.error = std::move(why);
  end_attempt(id, result, retry_of_unrendered(outcome));
}

void Step::request_cancel(ActiveAttempt& attempt) {
  attempt.cancel = true;
  attempt.unrendered.clear();
  effect(CancelRequested{attempt.row.worker, attempt.row.session, attempt.row.id});
  const Session* session = s.attempts.session(attempt.row.session);
  if (session != nullptr && is_lost(*session))  // in a step of its own: callers hold the instance
    s.timers.at_steady(now.steady, {Timer::Kind::given_up, attempt.row.id.value});
}

}  // namespace weft
