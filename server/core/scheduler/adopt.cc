// Runs that come from the history: all active ones at a start, one that is over when somebody edits
// it. Their instances get the positions they had.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/map_lists.h"
#include "server/core/scheduler/past.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {

const Instance* ActiveRun::find_instance(TaskIndex task, int map_index) const {
  const auto all = graph->members(task);
  const auto place = static_cast<std::size_t>(std::max(map_index, 0));
  if (place >= all.size()) return nullptr;
  if (has(all[place]) && instance(all[place]).row.map_index == map_index)
    return &instance(all[place]);
  for (const InstanceIndex index : all) {
    if (has(index) && instance(index).row.map_index == map_index) return &instance(index);
  }
  return nullptr;
}

/// The instances beyond one per task are elements of what is mapped; a map may still be growing.
static void restore_maps(ActiveRun& run) {
  const Dag& dag = run.dag();
  // As many as were made, though they may be more than their map has now, or none of a map: what a
  // version without it, or a shorter one, leaves counts as what it is.
  std::map<TaskIndex, std::int32_t> lengths;
  for (std::size_t i = dag.tasks.size(); i < run.instances.size(); ++i)
    lengths.try_emplace(run.instances[i].task, 1).first->second += 1;
  for (const auto& [owner, mapping] : run.mappings)
    for (const TaskIndex task : mapped_tasks(dag, owner)) {
      const InstanceIndex own{task.value};
      if (!run.has(own) || run.instance(own).row.map_index < 0) continue;
      std::int32_t& length = lengths[task];
      length = std::max(length, mapping.length);
    }
  for (const auto& [task, length] : lengths) run.graph->expand(std::span(&task, 1), length);
  for (std::size_t i = dag.tasks.size(); i < run.instances.size(); ++i) {
    const Instance& instance = run.instances[i];
    const InstanceIndex index = run.graph->add(instance.task);
    WEFT_CHECK_MSG(index == instance.index, "an element is not at its position");
  }
  for (const auto& [owner, mapping] : run.mappings)
    for (const TaskIndex task : mapped_tasks(dag, owner))
      if (run.graph->is_expanded(task) &&
          static_cast<std::int32_t>(run.graph->members(task).size()) < mapping.length)
        run.growing.insert(owner);
}

void Step::rebuild_graph(ActiveRun& run) {
  run.graph = std::make_unique<RunGraph>(run.dag());
  restore_maps(run);
  std::vector<InstanceIndex> ignored;
  for (const Instance& instance : run.instances)
    if (is_terminal(instance.row.state))
      run.graph->settle(instance.index, instance.row.state, ignored);
  for (std::size_t i = 0; i < run.dag().groups.size(); ++i) {
    const auto group = static_cast<std::int32_t>(i);
    if (!run.graph->is_held(group)) continue;
    // One that was to run again has done so at once: what is over is final.
    if (!run.graph->is_open(group)) run.graph->deliver_group(group, ignored);
  }
}

ActiveRun* Step::find_or_adopt(const DagState& dag, const std::string& run_id) {
  auto active = dag.by_run_id.find(run_id);
  if (active != dag.by_run_id.end()) return s.find_run(active->second);
  const auto row = s.history.run_by_id(dag.row.key, run_id);
  return row ? find_or_adopt(row->id) : nullptr;
}

ActiveRun* Step::find_or_adopt(RunId id) {
  if (ActiveRun* there = s.find_run(id)) return there;
  if (s.deleting.contains(id)) return nullptr;
  const auto snapshot = s.history.load_run(id);
  if (!snapshot) return nullptr;
  ActiveRun& run = adopt(*snapshot);
  run.held = is_edited(id);
  retire(run);  // leaves again at the end of this step unless it is reopened
  return &run;
}

bool ActiveRun::is_of_note(const Task& task) const {
  if (task.fails_run || task.teardown || !is_partial) return task.fails_run;
  return std::all_of(task.downstream.begin(), task.downstream.end(), [&](TaskIndex next) {
    const InstanceIndex own{next.value};
    return dag().task(next).teardown || (has(own) && instance(own).row.state == TaskState::removed);
  });
}

void count_failures(ActiveRun& run) {
  run.is_partial = std::any_of(run.instances.begin(), run.instances.end(), [](const Instance& one) {
    return one.row.state == TaskState::removed && one.row.map_index <= 0;
  });
  run.failed = run.failed_of_note = 0;
  for (const Instance& instance : run.instances) {
    const TaskState state = instance.row.state;
    if (state != TaskState::failed && state != TaskState::upstream_failed) continue;
    ++run.failed;
    run.failed_of_note += run.is_of_note(run.task_of(instance)) ? 1 : 0;
  }
}

/// Rows by id to positions: of each task the oldest row has the task's own one, the others follow.
/// A row of a task that the version no longer has stays what it is, in the history alone.
static void adopt_instances(ActiveRun& run, const std::vector<InstanceRow>& rows) {
  const Dag& dag = run.dag();
  std::vector<const InstanceRow*> first(dag.tasks.size()), more;
  for (const InstanceRow& row : rows) {
    const Task* task = dag.find_task(row.task_id);
    if (task == nullptr) {
      WEFT_CHECK_MSG(is_terminal(row.state), "a live instance of a task that is not there");
      continue;
    }
    const InstanceRow*& own = first[static_cast<std::size_t>(task->index.value)];
    if (own == nullptr)
      own = &row;
    else
      more.push_back(&row);
  }
  while (!first.empty() && first.back() == nullptr) first.pop_back();
  first.insert(first.end(), more.begin(), more.end());
  for (const InstanceRow* row : first) {
    WEFT_CHECK_MSG(row != nullptr, "a task without an instance before one that has it");
    const InstanceIndex index{static_cast<std::int32_t>(run.instances.size())};
    const Task& task = *dag.find_task(row->task_id);
    run.instances.push_back({*row, index, task.index, false});
    if (!is_terminal(row->state)) ++run.unsettled;
  }
  count_failures(run);
}

/// A run that moved to a version with more params sees their defaults.
static void add_defaults(const Dag& dag, nlohmann::json& params) {
  for (const Param& param : dag.params)
    if (param.has_default && params.is_object() && !params.contains(param.name))
      params[param.name] = param.default_value;
}

ActiveRun& Step::adopt(const RunSnapshot& snapshot) {
  auto adopted = std::make_unique<ActiveRun>();
  ActiveRun& run = *adopted;
  run.row = snapshot.run;
  DagState& dag = s.dags.at(run.row.dag);
  auto facts = std::make_shared<RunFacts>();
  facts->dag = s.history.load_version(run.row.version);
  WEFT_CHECK_MSG(facts->dag != nullptr, "a run names a version that is not there");
  facts->dag_id = dag.row.dag_id;
  facts->bundle = dag.row.bundle;
  facts->run = run.row;
  add_defaults(*facts->dag, facts->run.params);
  if (reads_root(*facts->dag, "prev_")) facts->previous_success = success_before(s, dag, run.row);
  if (reads_root(*facts->dag, "triggering_asset_events"))
    facts->triggering_asset_events = triggering_events(s.history.consumed_assets(run.row.id));
  run.facts = std::move(facts);
  run.ending = is_terminal(run.row.state) ? "" : run.row.reason;
  adopt_instances(run, snapshot.instances);
  for (const MappingRow& mapping : snapshot.mappings) run.mappings[mapping.owner] = mapping;
  rebuild_graph(run);
  std::unordered_map<InstanceId, InstanceIndex> positions;
  for (const Instance& instance : run.instances) positions[instance.row.id] = instance.index;
  for (const OutputsWritten& written : snapshot.outputs)
    if (auto it = positions.find(written.instance); it != positions.end())
      run.outputs[it->second] = written.values;
  return keep(std::move(adopted));
}

ActiveRun& Step::keep(std::unique_ptr<ActiveRun> run) {
  ActiveRun& kept = *s.runs.emplace(run->row.id, std::move(run)).first->second;
  DagState& dag = s.dags.at(kept.row.dag);
  dag.by_run_id[kept.row.run_id] = kept.row.id;
  if (kept.row.logical_date) dag.by_logical_date[*kept.row.logical_date] = kept.row.id;
  return kept;
}

void Step::forget(const ActiveRun& run) {
  DagState& dag = s.dags.at(run.row.dag);
  dag.by_run_id.erase(run.row.run_id);
  if (run.row.logical_date) dag.by_logical_date.erase(*run.row.logical_date);
  const RunId id = run.row.id;
  s.runs.erase(id);
}

}  // namespace weft
