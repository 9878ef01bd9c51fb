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

std::string not_chosen_by(const std::string& branch) {
  return "not chosen by " + branch;
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
  if (to != TaskState::up_for_retry && to != TaskState::up_for_reschedule)
    instance.row.retry_at.reset();
  if (from == TaskState::deferred) s.admission.undefer(instance.row.id);
  if (to == TaskState::none) instance.row.concurrency_key.clear();
  if (is_terminal(to)) {
    instance.row.ended_at = now.wall;
    if (!is_terminal(from)) --run.unsettled;
    wake({Awaited::Kind::task, run.row.id.value, instance.row.task_id});
  } else if (is_terminal(from)) {
    ++run.unsettled;
  }
  s.waits.remove(instance.row.id);
  const int change = static_cast<int>(is_failure(to)) - static_cast<int>(is_failure(from));
  run.failed += change;
  if (run.task_of(instance).downstream.empty()) run.failed_leaves += change;
  touch(run, instance);
  if (to == TaskState::success && is_work(cause)) make_outlets(run, instance);
}

/// A terminal state was reached: tell the downstreams, apply fail_fast, maybe end the run.
void Step::settled(ActiveRun& run, Instance& instance) {
  const TaskState state = instance.row.state;
  std::vector<InstanceIndex> decided;
  run.graph->settle(instance.index, state, decided);
  if (run.ending.empty()) {
    for (const InstanceIndex next : decided) s.work.push_back({run.row.id, next});
    if (state == TaskState::failed && run.dag().fail_fast)
      end_early(run, "fail_fast: " + run.task_of(instance).id + " failed");
  }
  complete_if_settled(run);
}

void Step::evaluate(ActiveRun& run, InstanceIndex index) {
  if (!run.has(index)) return;
  Instance& instance = run.instance(index);
  if (!run.ending.empty()) return;
  if (instance.row.state != TaskState::none) return look_again(run, instance);
  if (std::string branch; was_not_chosen(run, instance, branch)) {
    transition(run, instance, Cause::condition_false, TaskState::skipped, not_chosen_by(branch));
    return settled(run, instance);
  }
  const RuleVerdict verdict = run.graph->verdict(index);
  if (verdict.kind == RuleVerdict::Kind::wait) return;
  if (verdict.kind == RuleVerdict::Kind::run) {
    if (!waits_for_past(run, instance)) make_ready(run, instance);
    return;
  }
  transition(run, instance, Cause::rule_sets, verdict.state);
  settled(run, instance);
}

nlohmann::json Step::values_for(const ActiveRun& run, const Instance& instance) const {
  const Task& task = run.task_of(instance);
  const auto outputs = outputs_for(run, task);
  return template_values(*run.facts, task, instance.row.try_number + 1, instance.row.map_index,
                         outputs.get());
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

/// The first case that is true names what goes on; its other direct downstreams that are still
/// `none` are skipped, but for those that a chosen one leads to.
void Step::run_branch(ActiveRun& run, Instance& instance, const Scope& scope) {
  const Task& task = run.task_of(instance);
  const std::vector<TaskIndex>* chosen = &task.branch_default;
  for (const BranchCase& branch_case : task.cases) {
    const Result<bool> condition = branch_case.when.evaluate_bool(scope);
    if (!condition) {
      transition(run, instance, Cause::evaluation_failed, TaskState::failed,
                 "with.cases: " + condition.error().message);
      return settled(run, instance);
    }
    if (*condition) {
      chosen = &branch_case.next;
      break;
    }
  }
  nlohmann::json names = nlohmann::json::array();
  for (const TaskIndex next : *chosen) names.push_back(run.dag().task(next).id);
  store_outputs(run, instance, nlohmann::json{{"next", std::move(names)}});
  instance.row.started_at = now.wall;
  transition(run, instance, Cause::finished_inline, TaskState::success);
  std::vector<InstanceIndex> skipped;
  for (const TaskIndex other : run.graph->not_chosen(task.index, *chosen)) {
    for (const InstanceIndex index : run.graph->members(other)) {
      if (run.instance(index).row.state != TaskState::none) continue;
      transition(run, run.instance(index), Cause::condition_false, TaskState::skipped,
                 not_chosen_by(task.id));
      skipped.push_back(index);
    }
  }
  for (const InstanceIndex other : skipped) settled(run, run.instance(other));
  settled(run, instance);
}

std::shared_ptr<const nlohmann::json> Step::outputs_for(const ActiveRun& run,
                                                        const Task& task) const {
  if (task.output_references.empty()) return nullptr;
  auto all = std::make_shared<nlohmann::json>(nlohmann::json::object());
  for (const TaskIndex upstream : task.output_references) {
    const Instance& instance = run.instance(InstanceIndex{upstream.value});
    const std::string& id = run.dag().task(upstream).id;
    (*all)[id] = nullptr;
    if (instance.row.state != TaskState::success) continue;
    auto it = run.outputs.find(instance.index);
    const auto values = it != run.outputs.end() ? it->second : s.history.outputs(instance.row.id);
    (*all)[id] = values ? *values : nlohmann::json::object();
  }
  return all;
}

void Step::store_outputs(ActiveRun& run, const Instance& instance, const nlohmann::json& outputs) {
  auto values = std::make_shared<const nlohmann::json>(outputs);
  record(OutputsWritten{instance.row.id, run.row.id, instance.row.attempt, now.wall, values});
  fresh_of_ = instance.row.id;
  fresh_outputs_ = values;
  if (values->dump().size() <= kept_output_bytes) run.outputs[instance.index] = std::move(values);
}

void Step::retry_due(const Timer& timer) {
  ActiveRun* run = s.find_run(RunId{timer.id});
  if (run == nullptr || !run->has(InstanceIndex{timer.sub})) return;
  Instance& instance = run->instance(InstanceIndex{timer.sub});
  if (instance.row.state != TaskState::up_for_retry || instance.row.try_number != timer.generation)
    return;
  transition(*run, instance, Cause::retry_due, TaskState::scheduled);
  ask(*run, instance);
}

}  // namespace weft
