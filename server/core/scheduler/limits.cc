// What holds a ready task instance back: what it demands of admission, under which key, and for
// how long it may wait.

#include <algorithm>

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

/// A rendered key is a name, not a document.
constexpr std::size_t longest_key = 1024;
constexpr std::string_view timed_out = "queued_timeout: ";

}  // namespace

Demand Step::demand_of(const ActiveRun& run, const Instance& instance) const {
  const Task& task = run.task_of(instance);
  const std::string run_name = std::to_string(run.row.id.value);
  Demand demand;
  demand.rank = {task.priority_weight,
                 is_backfill(run.row),
                 run.row.dag,
                 task.effective_weight,
                 to_micros(run.row.logical_date.value_or(run.row.run_after)),
                 run.row.id,
                 task.index.value,
                 instance.row.map_index,
                 instance.row.id,
                 instance.index};
  demand.limits.push_back({{LimitName::Kind::pool, task.pool}, task.pool_slots});
  if (!needs_worker(task.type)) {
    demand.queue = Admission::no_worker_queue;
    return demand;
  }
  demand.queue = task.queue;
  demand.limits.push_back({{LimitName::Kind::run, run_name}});
  if (task.max_active_tis_per_dag > 0)
    demand.limits.push_back(
        {{LimitName::Kind::task_in_dag, std::to_string(run.row.dag.value) + "/" + task.id},
         1,
         task.max_active_tis_per_dag});
  if (task.max_active_tis_per_dagrun > 0)
    demand.limits.push_back({{LimitName::Kind::task_in_run, run_name + "/" + task.id},
                             1,
                             task.max_active_tis_per_dagrun});
  if (!instance.row.concurrency_key.empty())
    demand.limits.push_back(
        {{LimitName::Kind::key, instance.row.concurrency_key}, 1, task.concurrency_limit});
  return demand;
}

void Step::demand(ActiveRun& run, const Instance& instance) {
  const Task& task = run.task_of(instance);
  if (task.queued_timeout > Duration{} && !instance.row.reason.starts_with(timed_out)) {
    const Duration waited = now.wall - instance.row.scheduled_at.value_or(now.wall);
    s.timers.at_steady(
        now.steady + task.queued_timeout - std::clamp(waited, Duration{}, task.queued_timeout),
        {Timer::Kind::queued_timeout, run.row.id.value, instance.index.value,
         instance.row.try_number});
  }
  s.admission.demand(demand_of(run, instance));
}

/// It was just scheduled. Its key is rendered once and kept until it is cleared: a try that is
/// repeated must not slip past those who hold the key.
void Step::ask(ActiveRun& run, Instance& instance) {
  const Task& task = run.task_of(instance);
  if (!needs_worker(task.type)) {
    // What will be deferred takes its slots of a pool that counts them before.
    auto pool = s.pools.find(task.pool);
    const bool counted =
        !is_sensor(task.type) && pool != s.pools.end() && pool->second.include_deferred;
    return counted ? demand(run, instance) : begin_waiting(run, instance);
  }
  if (!task.concurrency_key || !instance.row.concurrency_key.empty()) return demand(run, instance);
  auto key = task.concurrency_key->render(ObjectScope(values_for(run, instance)));
  if (key && key->size() > longest_key)
    key = fail(ErrorCode::invalid_argument,
               "it has " + std::to_string(key->size()) + " bytes; at most 1,024 are possible");
  if (!key) return fail_unstarted(run, instance, "concurrency_key: " + key.error().message);
  if (!key->empty()) {
    instance.row.concurrency_key = std::move(*key);
    touch(run, instance);
  }
  demand(run, instance);
}

void Step::queued_timeout(const Timer& timer) {
  const auto at = timed(timer);
  if (!at || at->instance.row.state != TaskState::scheduled) return;
  auto& [run, instance] = *at;
  if (instance.row.reason.starts_with(timed_out)) return;  // told already
  const Task& task = run.task_of(instance);
  const Duration waited = std::clamp(now.wall - instance.row.scheduled_at.value_or(now.wall),
                                     Duration{}, task.queued_timeout);
  if (waited < task.queued_timeout) {  // of an earlier wait of this try, or the clock was set back
    s.timers.at_steady(now.steady + task.queued_timeout - waited, timer);
    return;
  }
  const std::string why =
      std::string(timed_out) + "no worker took it within " + format_duration(task.queued_timeout);
  EventRow row;
  row.kind = EventRow::Kind::queued_timeout;
  row.dag = run.row.dag;
  row.run = run.row.id;
  row.instance = instance.row.id;
  row.detail = why;
  event(std::move(row));
  if (task.on_queued_timeout == OnQueuedTimeout::fail) {
    s.admission.withdraw(instance.row.id);
    transition(run, instance, Cause::queued_too_long, TaskState::failed, why);
    return settled(run, instance);
  }
  instance.row.reason = why;
  touch(run, instance);
}

}  // namespace weft
