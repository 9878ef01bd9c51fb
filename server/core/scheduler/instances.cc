// The life of a task instance and of its attempts.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

/// Outputs up to this size stay in memory while their run is active.
constexpr std::size_t kept_output_bytes = 64 << 10;

bool is_failure(TaskState state) {
  return state == TaskState::failed || state == TaskState::upstream_failed;
}

std::string cancelled_reason(const ActiveRun& run) {
  return run.ending.empty() ? "cancelled" : run.ending;
}

}  // namespace

void Step::transition(ActiveRun& run, Instance& instance, Cause cause, TaskState to,
                      std::string reason) {
  const TaskState from = instance.row.state;
  WEFT_CHECK_MSG(is_legal(from, cause, to), name_of(cause).data());
  EventRow row;
  row.kind = EventRow::Kind::task_state;
  row.dag = run.row.dag;
  row.run = run.row.id;
  row.instance = instance.row.id;
  row.attempt = instance.row.attempt;
  row.from = static_cast<std::uint8_t>(from);
  row.to = static_cast<std::uint8_t>(to);
  row.detail = reason;
  event(std::move(row));

  instance.row.state = to;
  instance.row.reason = std::move(reason);
  if (to == TaskState::scheduled) instance.row.scheduled_at = now.wall;
  if (to != TaskState::up_for_retry) instance.row.retry_at.reset();
  if (is_terminal(to)) {
    instance.row.ended_at = now.wall;
    if (!is_terminal(from)) --run.unsettled;
  }
  const TaskIndex index{static_cast<std::int32_t>(&instance - run.instances.data())};
  const int change = static_cast<int>(is_failure(to)) - static_cast<int>(is_failure(from));
  run.failed += change;
  if (run.dag().task(index).downstream.empty()) run.failed_leaves += change;
  touch(run, instance);
}

/// A terminal state was reached: tell the downstreams, apply fail_fast, maybe end the run.
void Step::settled(ActiveRun& run, TaskIndex task) {
  const TaskState state = run.instance(task).row.state;
  std::vector<TaskIndex> decided;
  run.graph->settle(task, state, decided);
  if (run.ending.empty()) {
    for (const TaskIndex next : decided) s.work.push_back({run.row.id, next});
    if (state == TaskState::failed && run.dag().fail_fast)
      end_early(run, "fail_fast: " + run.dag().task(task).id + " failed");
  }
  complete_if_settled(run);
}

void Step::evaluate(ActiveRun& run, TaskIndex task) {
  if (static_cast<std::size_t>(task.value) >= run.instances.size()) return;
  Instance& instance = run.instance(task);
  if (instance.row.state != TaskState::none || !run.ending.empty()) return;
  const RuleVerdict verdict = run.graph->verdict(task);
  if (verdict.kind == RuleVerdict::Kind::wait) return;
  if (verdict.kind == RuleVerdict::Kind::run) return make_ready(run, task);
  transition(run, instance, Cause::rule_sets, verdict.state);
  settled(run, task);
}

nlohmann::json Step::values_for(const ActiveRun& run, const Task& task) const {
  const auto outputs = outputs_for(run, task);
  return template_values(*run.facts, task, run.instance(task.index).row.try_number + 1, -1,
                         outputs.get());
}

void Step::make_ready(ActiveRun& run, TaskIndex index) {
  const Task& task = run.dag().task(index);
  Instance& instance = run.instance(index);
  if (task.when || task.type == TaskType::branch) {
    const ObjectScope scope(values_for(run, task));
    if (task.when) {
      const Result<bool> condition = task.when->evaluate_bool(scope);
      if (!condition || !*condition) {
        if (condition)
          transition(run, instance, Cause::condition_false, TaskState::skipped,
                     "`when` is false: " + task.when->text());
        else
          transition(run, instance, Cause::evaluation_failed, TaskState::failed,
                     "`when`: " + condition.error().message);
        return settled(run, index);
      }
    }
    if (task.type == TaskType::branch) return run_branch(run, index, scope);
  }
  if (task.type == TaskType::noop) {
    instance.row.started_at = now.wall;
    transition(run, instance, Cause::finished_inline, TaskState::success);
    return settled(run, index);
  }
  transition(run, instance, Cause::rule_says_run, TaskState::scheduled);
  demand(run, index);
}

/// The first case that is true names what goes on; its other direct downstreams that are still
/// `none` are skipped, but for those that a chosen one leads to.
void Step::run_branch(ActiveRun& run, TaskIndex index, const Scope& scope) {
  const Task& task = run.dag().task(index);
  Instance& instance = run.instance(index);
  const std::vector<TaskIndex>* chosen = &task.branch_default;
  for (const BranchCase& branch_case : task.cases) {
    const Result<bool> condition = branch_case.when.evaluate_bool(scope);
    if (!condition) {
      transition(run, instance, Cause::evaluation_failed, TaskState::failed,
                 "with.cases: " + condition.error().message);
      return settled(run, index);
    }
    if (*condition) {
      chosen = &branch_case.next;
      break;
    }
  }
  nlohmann::json names = nlohmann::json::array();
  for (const TaskIndex next : *chosen) names.push_back(run.dag().task(next).id);
  store_outputs(run, index, nlohmann::json{{"next", std::move(names)}});
  instance.row.started_at = now.wall;
  transition(run, instance, Cause::finished_inline, TaskState::success);
  std::vector<TaskIndex> skipped;
  for (const TaskIndex other : run.graph->not_chosen(index, *chosen)) {
    if (run.instance(other).row.state != TaskState::none) continue;
    transition(run, run.instance(other), Cause::condition_false, TaskState::skipped,
               "not chosen by " + task.id);
    skipped.push_back(other);
  }
  for (const TaskIndex other : skipped) settled(run, other);
  settled(run, index);
}

Demand Step::demand_of(const ActiveRun& run, TaskIndex index) const {
  const Task& task = run.dag().task(index);
  const Instance& instance = run.instance(index);
  Demand demand;
  demand.rank = {task.priority_weight,
                 run.row.type == RunType::backfill,
                 run.row.dag,
                 task.effective_weight,
                 to_micros(run.row.logical_date.value_or(run.row.run_after)),
                 run.row.id,
                 index.value,
                 instance.row.map_index,
                 instance.row.id};
  demand.queue = task.queue;
  demand.limits.push_back({{LimitName::Kind::pool, task.pool}, task.pool_slots});
  demand.limits.push_back({{LimitName::Kind::run, std::to_string(run.row.id.value)}, 1});
  if (task.max_active_tis_per_dag > 0)
    demand.limits.push_back(
        {{LimitName::Kind::task_in_dag, std::to_string(run.row.dag.value) + "/" + task.id}, 1});
  if (task.max_active_tis_per_dagrun > 0)
    demand.limits.push_back(
        {{LimitName::Kind::task_in_run, std::to_string(run.row.id.value) + "/" + task.id}, 1});
  return demand;
}

void Step::demand(ActiveRun& run, TaskIndex index) {
  const Task& task = run.dag().task(index);
  Demand wanted = demand_of(run, index);
  for (const auto& [name, amount] : wanted.limits) {
    if (name.kind == LimitName::Kind::task_in_dag)
      s.admission.set_capacity(name, task.max_active_tis_per_dag);
    if (name.kind == LimitName::Kind::task_in_run)
      s.admission.set_capacity(name, task.max_active_tis_per_dagrun);
  }
  if (task.queued_timeout > Duration{})
    s.timers.at_steady(now.steady + task.queued_timeout,
                       {Timer::Kind::queued_timeout, run.row.id.value, index.value,
                        run.instance(index).row.try_number});
  s.admission.demand(std::move(wanted));
}

std::shared_ptr<const nlohmann::json> Step::outputs_for(const ActiveRun& run,
                                                        const Task& task) const {
  if (task.output_references.empty()) return nullptr;
  auto all = std::make_shared<nlohmann::json>(nlohmann::json::object());
  for (const TaskIndex upstream : task.output_references) {
    const Instance& instance = run.instance(upstream);
    const std::string& id = run.dag().task(upstream).id;
    (*all)[id] = nullptr;
    if (instance.row.state != TaskState::success) continue;
    auto it = run.outputs.find(upstream.value);
    const auto values = it != run.outputs.end() ? it->second : s.history.outputs(instance.row.id);
    (*all)[id] = values ? *values : nlohmann::json::object();
  }
  return all;
}

void Step::store_outputs(ActiveRun& run, TaskIndex task, const nlohmann::json& outputs) {
  auto values = std::make_shared<const nlohmann::json>(outputs);
  const Instance& instance = run.instance(task);
  record(OutputsWritten{instance.row.id, run.row.id, instance.row.attempt, now.wall, values});
  if (values->dump().size() <= kept_output_bytes) run.outputs[task.value] = std::move(values);
}

void Step::granted(const Grant& grant) {
  ActiveRun& run = *s.runs.at(grant.rank.run);
  const TaskIndex index{grant.rank.task};
  Instance& instance = run.instance(index);
  Session& session = *s.attempts.session(grant.session);
  ActiveAttempt attempt;
  attempt.task = index;
  attempt.on_lost = run.dag().task(index).on_lost;
  AttemptRow& row = attempt.row;
  row.id = AttemptId{++s.ids.attempt.value};
  row.instance = instance.row.id;
  row.run = run.row.id;
  row.try_number = ++instance.row.try_number;
  row.worker = session.worker;
  row.session = session.id;
  row.queued_at = now.wall;
  instance.row.attempt = row.id;
  instance.row.queued_at = now.wall;
  instance.row.started_at.reset();
  instance.row.ended_at.reset();
  ++run.live_attempts;
  transition(run, instance, Cause::granted, TaskState::queued);
  record(row);
  ActiveAttempt& added = s.attempts.add(std::move(attempt));
  refresh_worker(session);
  effect(lease_of(added));
}

LeaseGranted Step::lease_of(const ActiveAttempt& attempt) const {
  const ActiveRun& run = *s.runs.at(attempt.row.run);
  LeaseGranted lease;
  lease.worker = attempt.row.worker;
  lease.session = attempt.row.session;
  lease.after = s.attempts.lease_before(attempt.row);
  lease.attempt = attempt.row.id;
  lease.facts = run.facts;
  lease.task = attempt.task;
  lease.try_number = attempt.row.try_number;
  lease.outputs = outputs_for(run, run.dag().task(attempt.task));
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
  Instance& instance = run.instance(attempt.task);
  instance.row.started_at = at;
  transition(run, instance, Cause::started, TaskState::running);
}

wire::Verdict Step::attempt_finished(const Session& session, const wire::AttemptResult& result) {
  const AttemptId id{result.attempt};
  ActiveAttempt* attempt = s.attempts.find(id);
  if (attempt == nullptr) {
    const auto recorded = s.history.attempt(id);
    const bool repeat =
        recorded && recorded->worker == session.worker && recorded->state == result.outcome;
    return repeat ? wire::Verdict::accepted : wire::Verdict::superseded;
  }
  if (attempt->row.worker != session.worker) return wire::Verdict::superseded;
  if (result.started_at > 0) attempt_started(*attempt, result.started_at);
  wire::AttemptResult outcome = result;
  if (result.outcome == AttemptState::cancelled && !attempt->cancel) {
    outcome.outcome = AttemptState::lost;
    outcome.error = "the worker ended it without being asked: " + result.error;
  }
  end_attempt(id, outcome);
  return wire::Verdict::accepted;
}

void Step::end_attempt(AttemptId id, const wire::AttemptResult& result) {
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
  EventRow ended;
  ended.kind = EventRow::Kind::attempt_state;
  ended.dag = run.row.dag;
  ended.run = row.run;
  ended.instance = row.instance;
  ended.attempt = id;
  ended.from = static_cast<std::uint8_t>(before);
  ended.to = static_cast<std::uint8_t>(row.state);
  ended.detail = row.error;
  event(std::move(ended));
  --run.live_attempts;
  if (attempt.detached) {
    if (is_terminal(run.row.state)) retire(run);
    return;
  }

  Instance& instance = run.instance(attempt.task);
  const Task& task = run.dag().task(attempt.task);
  const bool wanted_dead = attempt.cancel || !run.ending.empty();
  if (wanted_dead && row.state != AttemptState::success && row.state != AttemptState::skipped) {
    transition(run, instance, Cause::ended_with_run, TaskState::failed, cancelled_reason(run));
    return settled(run, attempt.task);
  }
  const TryIdentity identity{run.facts->dag_id, run.row.run_id, task.id, instance.row.map_index,
                             row.try_number};
  const AfterTry after =
      after_try(task.retry, row.state, row.exit_code, instance.row.failures, instance.row.losses,
                s.config.max_infrastructure_retries, identity);
  instance.row.failures += after.counts_as_failure ? 1 : 0;
  instance.row.losses += after.counts_as_loss ? 1 : 0;
  switch (after.state) {
    case TaskState::success:
      if (!result.outputs.is_null() && !result.outputs.empty())
        store_outputs(run, attempt.task, result.outputs);
      transition(run, instance, Cause::succeeded, TaskState::success);
      break;
    case TaskState::skipped:
      transition(run, instance, Cause::skipped_itself, TaskState::skipped,
                 "it exited with its skip code");
      break;
    case TaskState::up_for_retry:
      instance.row.retry_at = *row.ended_at + after.delay;
      transition(run, instance, Cause::failed_retrying, TaskState::up_for_retry, row.error);
      // Counted from the end, which a late hand-in has already passed; steady from here on.
      s.timers.at_steady(
          now.steady + std::clamp(*instance.row.retry_at - now.wall, Duration{}, after.delay),
          {Timer::Kind::retry, run.row.id.value, attempt.task.value, row.try_number});
      return;
    case TaskState::scheduled:
      transition(run, instance, Cause::lost, TaskState::scheduled, row.error);
      return demand(run, attempt.task);
    default: transition(run, instance, Cause::failed_finally, TaskState::failed, row.error); break;
  }
  instance.row.ended_at = row.ended_at;
  settled(run, attempt.task);
}

void Step::lose_attempt(AttemptId id, std::string why) {
  wire::AttemptResult result;
  result.attempt = id.value;
  result.outcome = AttemptState::lost;
  result.error = std::move(why);
  end_attempt(id, result);
}

void Step::request_cancel(ActiveAttempt& attempt) {
  attempt.cancel = true;
  effect(CancelRequested{attempt.row.worker, attempt.row.session, attempt.row.id});
}

void Step::retry_due(const Timer& timer) {
  ActiveRun* run = s.find_run(RunId{timer.id});
  if (run == nullptr) return;
  Instance& instance = run->instance(TaskIndex{timer.sub});
  if (instance.row.state != TaskState::up_for_retry || instance.row.try_number != timer.generation)
    return;
  transition(*run, instance, Cause::retry_due, TaskState::scheduled);
  demand(*run, TaskIndex{timer.sub});
}

void Step::queued_timeout(const Timer& timer) {
  ActiveRun* run = s.find_run(RunId{timer.id});
  if (run == nullptr) return;
  Instance& instance = run->instance(TaskIndex{timer.sub});
  if (instance.row.state != TaskState::scheduled || instance.row.try_number != timer.generation)
    return;
  instance.row.reason = "queued_timeout: no worker took it within " +
                        format_duration(run->dag().task(TaskIndex{timer.sub}).queued_timeout);
  touch(*run, instance);
  EventRow row;
  row.kind = EventRow::Kind::queued_timeout;
  row.dag = run->row.dag;
  row.run = run->row.id;
  row.instance = instance.row.id;
  row.detail = instance.row.reason;
  event(std::move(row));
}

}  // namespace weft
