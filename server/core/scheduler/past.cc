#include "server/core/scheduler/past.h"

#include "server/core/scheduler/map_lists.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

bool is_good(TaskState state) {
  return state == TaskState::success || state == TaskState::skipped || state == TaskState::removed;
}

/// A run before, in memory or in the history, as far as this asks about it.
class Before {
 public:
  Before(const Scheduler::State& s, const RunRow& row)
      : s_(s), row_(row), active_(s.find_run(row.id)) {
    dag_ = active_ != nullptr ? active_->facts->dag : s.history.load_version(row.version);
  }

  const Dag* dag() const { return dag_.get(); }

  /// All instances of a task, until `use` says true: those that are not made yet as one that has
  /// no state.
  template <class Use>
  void each(const Task& task, Use use) const {
    if (active_ == nullptr) {
      for (const InstanceRow& row : s_.history.instances_of(row_.id, task.id))
        if (use(row)) return;
      return;
    }
    if (!is_made(task)) return void(use(unmade(task, -1)));
    std::int32_t count = 0;
    for (const InstanceIndex index : active_->graph->members(task.index)) {
      if (!active_->has(index)) continue;
      if (use(active_->instance(index).row)) return;
      ++count;
    }
    for (const std::int32_t length = length_of(task); count < length; ++count)
      if (use(unmade(task, count))) return;
  }

  /// The first that is not good. An element of a map asks about the same element alone, where there
  /// is one: how many there are costs nothing then.
  std::optional<InstanceRow> not_good(const Task& task, int map_index) const {
    if (map_index >= 0 && is_mapped(task)) {
      auto row = element(task, map_index);
      return row && !is_good(row->state) ? row : std::nullopt;
    }
    std::optional<InstanceRow> found;
    each(task, [&](const InstanceRow& row) {
      if (!is_good(row.state)) found = row;
      return found.has_value();
    });
    return found;
  }

 private:
  bool is_made(const Task& task) const {
    return active_->graph != nullptr && active_->has(InstanceIndex{task.index.value});
  }
  bool is_mapped(const Task& task) const {
    if (active_ == nullptr) return !s_.history.instance_of(row_.id, task.id, -1);
    return is_made(task) && active_->instance(InstanceIndex{task.index.value}).row.map_index >= 0;
  }
  std::optional<InstanceRow> element(const Task& task, int map_index) const {
    if (active_ == nullptr) return s_.history.instance_of(row_.id, task.id, map_index);
    if (const Instance* found = active_->find_instance(task.index, map_index)) return found->row;
    if (map_index < length_of(task)) return unmade(task, map_index);
    return std::nullopt;
  }
  /// Of a map that is still being made; 0: it is not.
  std::int32_t length_of(const Task& task) const {
    const std::string& owner = mapping_owner(*dag_, task);
    if (!active_->growing.contains(owner) || !is_mapped(task)) return 0;
    return active_->mappings.at(owner).length;
  }
  static InstanceRow unmade(const Task& task, int map_index) {
    InstanceRow row;
    row.task_id = task.id;
    row.map_index = map_index;
    return row;
  }

  const Scheduler::State& s_;
  const RunRow& row_;
  const ActiveRun* active_;
  std::shared_ptr<const Dag> dag_;
};

}  // namespace

// A run that was made in this very step is not in the tables yet, but in memory, even when it ended
// in this step too.

std::optional<RunRow> run_at(const Scheduler::State& s, const DagState& dag, Instant date) {
  auto active = dag.by_logical_date.find(date);
  if (active != dag.by_logical_date.end()) return s.find_run(active->second)->row;
  return s.history.run_by_logical_date(dag.row.key, date);
}

std::optional<std::vector<TaskState>> states_of(const Scheduler::State& s, const RunRow& run,
                                                std::string_view task_id) {
  const Before before(s, run);
  const Task* task = before.dag() == nullptr ? nullptr : before.dag()->find_task(task_id);
  if (task == nullptr) return std::nullopt;
  std::vector<TaskState> states;
  before.each(*task, [&](const InstanceRow& row) {
    states.push_back(row.state);
    return false;
  });
  return states;
}

std::optional<RunRow> run_before(const Scheduler::State& s, const DagState& dag, Instant date) {
  auto found = s.history.previous_run(dag.row.key, date);
  auto active = dag.by_logical_date.lower_bound(date);
  if (active == dag.by_logical_date.begin()) return found;
  --active;
  if (found && *found->logical_date >= active->first) return found;
  return s.find_run(active->second)->row;
}

std::optional<RunRow> success_before(const Scheduler::State& s, const DagState& dag,
                                     const RunRow& row) {
  const Instant date = row.logical_date.value_or(row.run_after);
  auto found = s.history.previous_success(dag.row.key, date);
  // One that this very step reopened is a success in the tables alone.
  for (const ActiveRun* run;
       found && (run = s.find_run(found->id)) != nullptr && run->row.state != RunState::success;)
    found = s.history.previous_success(dag.row.key, *found->logical_date);
  for (auto active = dag.by_logical_date.lower_bound(date);
       active != dag.by_logical_date.begin();) {
    --active;
    if (found && *found->logical_date >= active->first) break;
    const ActiveRun* run = s.find_run(active->second);
    if (run != nullptr && run->row.state == RunState::success) return run->row;
  }
  return found;
}

std::optional<PastBlock> past_block(const Scheduler::State& s, const ActiveRun& run,
                                    const Instance& instance) {
  const Task& task = run.task_of(instance);
  if (!task.depends_on_past && !task.wait_for_downstream) return std::nullopt;
  if (!run.row.logical_date) return std::nullopt;
  const auto row = run_before(s, s.dags.at(run.row.dag), *run.row.logical_date);
  if (!row) return std::nullopt;
  const Before before(s, *row);
  const Task* same = before.dag() == nullptr ? nullptr : before.dag()->find_task(task.id);
  if (same == nullptr) return std::nullopt;
  const auto block = [&](const InstanceRow& found, bool downstream) {
    return PastBlock{row->id,         row->run_id, row->logical_date, found.task_id,
                     found.map_index, found.state, downstream};
  };
  if (const auto found = before.not_good(*same, instance.row.map_index))
    return block(*found, false);
  if (!task.wait_for_downstream) return std::nullopt;
  for (const TaskIndex next : same->downstream)
    if (const auto found = before.not_good(before.dag()->task(next), -1))
      return block(*found, true);
  return std::nullopt;
}

/// A run that runs waits for this one: were it to queue behind that, neither would ever go on.
void Step::start_awaited(RunId id) {
  ActiveRun* run = s.find_run(id);
  if (run == nullptr || run->row.state != RunState::queued) return;
  const DagState& dag = s.dags.at(run->row.dag);
  if (dag.waiting.contains({run->row.run_after, id})) return;  // its time is still to come
  const BackfillState* backfill = s.find_backfill(run->row.backfill);
  if (backfill != nullptr && backfill->row.is_paused) return;
  start_out_of_turn(*run);
}

/// True if it must wait for the run before: it stands in the list of what it waits for.
bool Step::waits_for_past(const ActiveRun& run, const Instance& instance) {
  const auto block = past_block(s, run, instance);
  if (!block) return false;
  start_awaited(block->run);
  s.waits.add({Awaited::Kind::task, block->run.value, block->task_id, block->map_index},
              {run.row.id, instance.index, instance.row.id});
  return true;
}

/// Something ended that others may wait for: these are looked at again.
void Step::wake(const Awaited& awaited) {
  if (s.waits.empty()) return;
  for (const Waiter& waiter : s.waits.take(awaited))
    s.work.push_back({waiter.run, waiter.position});
}

/// It ended: those that wait for it, or for any of its task.
void Step::wake_waiters_of(const ActiveRun& run, const Instance& instance) {
  const InstanceRow& row = instance.row;
  wake({Awaited::Kind::task, run.row.id.value, row.task_id});
  if (row.map_index >= 0) wake({Awaited::Kind::task, run.row.id.value, row.task_id, row.map_index});
}

/// All that wait for something of a run, or of one task of it.
void Step::wake_all_of(RunId run, const std::string& task_id) {
  for (const Waiter& waiter : s.waits.take_all_of(run, task_id))
    s.work.push_back({waiter.run, waiter.position});
}

/// A run was made between two others: what waits for the one before it may have to wait for this.
void Step::wake_after(const DagState& dag, Instant date) {
  if (s.waits.empty()) return;
  const auto before = run_before(s, dag, date);
  if (before) wake_all_of(before->id);
}

}  // namespace weft
