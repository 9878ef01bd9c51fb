// Mapped tasks: from one instance to one per element. The lists are evaluated and stored once, when
// the trigger rule of the first instance says run; a map of any length is made in slices. When all
// instances of a map were cleared it is mapped anew: more elements are appended, fewer are removed.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/map_lists.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

/// None of the elements has begun: the map may still change.
bool is_untouched(const ActiveRun& run, const std::vector<TaskIndex>& tasks) {
  for (const TaskIndex task : tasks)
    for (const InstanceIndex index : run.graph->members(task)) {
      const TaskState state = run.instance(index).row.state;
      if (state != TaskState::none && state != TaskState::removed) return false;
    }
  return true;
}

/// Elements that were removed when the map was shorter, or empty.
bool lacks_elements(const ActiveRun& run, const std::vector<TaskIndex>& tasks,
                    std::int32_t length) {
  for (const TaskIndex task : tasks)
    for (const InstanceIndex index : run.graph->members(task)) {
      const InstanceRow& row = run.instance(index).row;
      if (row.map_index < length && row.state == TaskState::removed) return true;
    }
  return false;
}

}  // namespace

Instance& Step::make_instance(ActiveRun& run, const Task& task, InstanceIndex index,
                              int map_index) {
  WEFT_CHECK_MSG(static_cast<std::size_t>(index.value) == run.instances.size(),
                 "an instance is not made at its position");
  Instance& instance = run.instances.emplace_back();
  instance.index = index;
  instance.task = task.index;
  instance.row.id = InstanceId{++s.ids.instance.value};
  instance.row.run = run.row.id;
  instance.row.task_id = task.id;
  instance.row.map_index = map_index;
  ++run.unsettled;
  touch(run, instance);
  return instance;
}

/// An element that was removed and then cleared by name stays gone.
bool Step::is_element(ActiveRun& run, Instance& instance) {
  auto known = run.mappings.find(mapping_owner(run.dag(), run.task_of(instance)));
  if (known != run.mappings.end() && instance.row.map_index < known->second.length) return true;
  transition(run, instance, Cause::no_longer_mapped, TaskState::removed);
  settled(run, instance);
  return false;
}

/// True: the instance is an element now and goes on. False: it was settled.
bool Step::expand(ActiveRun& run, Instance& instance) {
  const Dag& dag = run.dag();
  const Task& task = run.task_of(instance);
  const std::string owner = mapping_owner(dag, task);
  auto known = run.mappings.find(owner);
  const bool expanded = instance.row.map_index >= 0, later = instance.row.map_index > 0;
  if (later && known != run.mappings.end()) return is_element(run, instance);
  const std::vector<TaskIndex> tasks = mapped_tasks(dag, owner);
  const bool anew = expanded && !later && is_untouched(run, tasks);
  // An element of an older version's map has none in this one yet.
  if (expanded && !anew && known != run.mappings.end()) return true;
  if (known != run.mappings.end() && !is_untouched(run, tasks)) {
    // The rest of its group was mapped before: it follows.
    set_length(run, owner, known->second.length);
    return true;
  }
  const Mapping& mapping = *dag.mapping_of(task);
  const auto outputs = outputs_for(run, instance, mapping.output_references);
  const ObjectScope scope(template_values(*run.facts, task, 1, -1, outputs.get(), nullptr));
  MapLists map = evaluate_lists(mapping, scope, outputs.get());
  if (map.kind == MapLists::Kind::lists && map.length > 0) {
    const bool same = known != run.mappings.end() && known->second.length == map.length &&
                      *known->second.lists == map.lists;
    if (same && expanded && !lacks_elements(run, tasks, map.length)) return true;
    if (!same) {
      MappingRow row{run.row.id, owner, map.length,
                     std::make_shared<const nlohmann::json>(std::move(map.lists))};
      record(row);
      run.mappings.insert_or_assign(owner, std::move(row));
    }
    set_length(run, owner, map.length);
    return instance.row.state == TaskState::none;  // else it is beyond the new end
  }
  if (later) return is_element(run, instance);
  Cause cause = Cause::evaluation_failed;
  TaskState state = TaskState::failed;
  if (map.kind == MapLists::Kind::lists) {
    cause = Cause::nothing_to_map;
    state = TaskState::skipped;
  } else if (map.kind == MapLists::Kind::missing) {
    cause = Cause::no_map_source;
    state = TaskState::upstream_failed;
  }
  if (!anew && state != TaskState::skipped) {
    transition(run, instance, cause, state, map.reason);
    settled(run, instance);
    return false;
  }
  // Of what was an element once, the first stands for the whole; the others are gone.
  if (anew) {
    set_length(run, owner, 1);
    drop_mapping(run, owner);
  }
  for (const TaskIndex mapped : tasks) {
    Instance& first = run.instance(run.graph->members(mapped).front());
    if (first.row.state != TaskState::none) continue;
    transition(run, first, cause, state, map.reason);
    settled(run, first);
  }
  return false;
}

/// What its elements were holds no more: it is evaluated when one of its tasks is to run.
void Step::drop_mapping(ActiveRun& run, const std::string& owner) {
  if (run.mappings.erase(owner) > 0) record(MappingRow{run.row.id, owner, 0, nullptr});
  run.growing.erase(owner);
}

/// The tasks of this owner get so many instances: what is missing is made, what is over is removed.
void Step::set_length(ActiveRun& run, const std::string& owner, std::int32_t length) {
  std::vector<TaskIndex> tasks;
  for (const TaskIndex task : mapped_tasks(run.dag(), owner)) {
    Instance& first = run.instance(InstanceIndex{task.value});
    // What was settled before its group was mapped stays the one instance that it is.
    if (first.row.map_index < 0 && first.row.state != TaskState::none) continue;
    tasks.push_back(task);
    // An element of a run behind it may have waited for the whole, or for an element that is not
    // made now.
    wake_all_of(run.row.id, first.row.task_id);
    if (first.row.map_index == 0) continue;
    first.row.map_index = 0;
    touch(run, first);
  }
  run.graph->expand(tasks, length);
  std::vector<InstanceIndex> decided;
  const Task* shortened = nullptr;
  bool missing = false;
  for (const TaskIndex task : tasks) {
    const auto members = run.graph->members(task);
    missing = missing || static_cast<std::int32_t>(members.size()) < length;
    for (const InstanceIndex index : members) {
      Instance& instance = run.instance(index);
      const bool wanted = instance.row.map_index < length;
      if (!wanted && instance.row.state == TaskState::none) {
        transition(run, instance, Cause::no_longer_mapped, TaskState::removed);
        run.graph->settle(index, TaskState::removed, decided);
        shortened = &run.dag().task(task);
      } else if (wanted && instance.row.state == TaskState::removed) {
        transition(run, instance, Cause::mapped_again, TaskState::none);
        run.graph->unsettle(index);
      }
    }
  }
  for (const TaskIndex task : tasks)
    for (const InstanceIndex index : run.graph->members(task))
      if (run.instance(index).row.state == TaskState::none &&
          run.graph->verdict(index).kind != RuleVerdict::Kind::wait)
        s.work.push_back({run.row.id, index});
  // What is gone may have been the last that its group, or the run, was open for.
  if (shortened != nullptr && !missing) group_settled(run, *shortened, decided);
  for (const InstanceIndex index : decided) s.work.push_back({run.row.id, index});
  if (!missing) return complete_if_settled(run);
  run.growing.insert(owner);
  // A run that is being ended is swept to its new end.
  if (!grow(run, owner) || !run.ending.empty()) s.work.push_back({run.row.id, InstanceIndex{-1}});
}

bool Step::grow(ActiveRun& run) {
  const auto owners = run.growing;
  for (const std::string& owner : owners)
    if (!grow(run, owner)) return false;
  return true;
}

/// Element by element, through all tasks of a group: a lane is whole or not there.
bool Step::grow(ActiveRun& run, const std::string& owner) {
  const std::int32_t length = run.mappings.at(owner).length;
  std::vector<TaskIndex> tasks;
  std::size_t made = static_cast<std::size_t>(length);
  for (const TaskIndex task : mapped_tasks(run.dag(), owner)) {
    if (!run.graph->is_expanded(task)) continue;
    tasks.push_back(task);
    made = std::min(made, run.graph->members(task).size());
  }
  for (; made < static_cast<std::size_t>(length); ++made) {
    if (is_spent()) return false;
    for (const TaskIndex task : tasks) {
      if (run.graph->members(task).size() > made) continue;
      const InstanceIndex index = run.graph->add(task);
      make_instance(run, run.dag().task(task), index, static_cast<int>(made));
      if (!run.has_ended_for(run.dag().task(task)) &&
          run.graph->verdict(index).kind != RuleVerdict::Kind::wait)
        s.work.push_back({run.row.id, index});
    }
  }
  run.growing.erase(owner);
  return true;
}

}  // namespace weft
