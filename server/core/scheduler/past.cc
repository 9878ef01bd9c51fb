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

  /// All instances of a task: those that are not made yet as one that has no state.
  std::vector<InstanceRow> instances_of(const Task& task) const {
    if (active_ == nullptr) return s_.history.instances_of(row_.id, task.id);
    std::vector<InstanceRow> rows;
    if (active_->graph != nullptr && active_->has(InstanceIndex{task.index.value}))
      for (const InstanceIndex index : active_->graph->members(task.index))
        if (active_->has(index)) rows.push_back(active_->instance(index).row);
    if (rows.empty()) rows.emplace_back().task_id = task.id;
    const std::string& owner = mapping_owner(*dag_, task);
    if (!active_->growing.contains(owner) || rows.front().map_index < 0) return rows;
    const std::int32_t length = active_->mappings.at(owner).length;
    for (auto made = static_cast<std::int32_t>(rows.size()); made < length; ++made) {
      rows.emplace_back().task_id = task.id;
      rows.back().map_index = made;
    }
    return rows;
  }

 private:
  const Scheduler::State& s_;
  const RunRow& row_;
  const ActiveRun* active_;
  std::shared_ptr<const Dag> dag_;
};

/// The first of them that is not good; of several map indexes only the same, where there is one.
std::optional<InstanceRow> not_good(const std::vector<InstanceRow>& rows, int map_index) {
  bool whole = map_index < 0;
  for (const InstanceRow& row : rows) whole = whole || row.map_index < 0;
  for (const InstanceRow& row : rows)
    if ((whole || row.map_index == map_index) && !is_good(row.state)) return row;
  return std::nullopt;
}

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
  for (const InstanceRow& row : before.instances_of(*task)) states.push_back(row.state);
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
  if (const auto found = not_good(before.instances_of(*same), instance.row.map_index))
    return block(*found, false);
  if (!task.wait_for_downstream) return std::nullopt;
  for (const TaskIndex next : same->downstream)
    if (const auto found = not_good(before.instances_of(before.dag()->task(next)), -1))
      return block(*found, true);
  return std::nullopt;
}

/// True if it must wait for the run before: it stands in the list of what it waits for.
bool Step::waits_for_past(const ActiveRun& run, const Instance& instance) {
  const auto block = past_block(s, run, instance);
  if (!block) return false;
  s.waits.add({Awaited::Kind::task, block->run.value, block->task_id},
              {run.row.id, instance.index, instance.row.id});
  return true;
}

/// Something ended that others may wait for: these are looked at again.
void Step::wake(const Awaited& awaited) {
  if (s.waits.empty()) return;
  for (const Waiter& waiter : s.waits.take(awaited))
    s.work.push_back({waiter.run, waiter.position});
}

/// All that wait for something of a run.
void Step::wake_all_of(RunId run) {
  for (const Waiter& waiter : s.waits.take_all_of(run))
    s.work.push_back({waiter.run, waiter.position});
}

/// A run was made between two others: what waits for the one before it may have to wait for this.
void Step::wake_after(const DagState& dag, Instant date) {
  if (s.waits.empty()) return;
  const auto before = run_before(s, dag, date);
  if (before) wake_all_of(before->id);
}

}  // namespace weft
