#include "server/core/scheduler/selection.h"

#include <algorithm>
#include <array>

namespace weft {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> action_names{"clear", "mark_success", "mark_failed",
                                                       "mark_skipped"};

json date_json(const std::optional<Instant>& at) {
  return at ? json(to_micros(*at)) : json();
}

std::optional<Instant> date_from(const json& value) {
  if (value.is_null()) return std::nullopt;
  return from_micros(value.get<std::int64_t>());
}

}  // namespace

std::string_view name_of(EditAction action) {
  return action_names[static_cast<std::size_t>(action)];
}

TaskState target_of(EditAction action) {
  switch (action) {
    case EditAction::clear: return TaskState::none;
    case EditAction::mark_success: return TaskState::success;
    case EditAction::mark_failed: return TaskState::failed;
    case EditAction::mark_skipped: return TaskState::skipped;
  }
  return TaskState::none;
}

InstanceFilter::InstanceFilter(const Dag& dag, const TaskSelection& what, EditAction action)
    : action_(action),
      only_failed_(what.only_failed),
      only_running_(what.only_running),
      whole_(dag.tasks.size(), what.tasks.empty()),
      affected_(dag.tasks.size(), what.tasks.empty()) {
  for (const TaskRef& ref : what.tasks) {
    const Task* task = dag.find_task(ref.task_id);
    if (task == nullptr) continue;
    affected_[static_cast<std::size_t>(task->index.value)] = true;
    if (ref.map_index)
      one_[task->index.value].insert(*ref.map_index);
    else
      whole_[static_cast<std::size_t>(task->index.value)] = true;
  }
  // Tasks are in topological order: one pass each way.
  if (what.upstream) add_upstream(dag);
  if (what.downstream) add_downstream(dag);
  for (const Task& task : dag.tasks) {
    const auto i = static_cast<std::size_t>(task.index.value);
    if (whole_[i]) affected_[i] = true;
    for (const TaskIndex before : task.upstream)
      if (affected_[static_cast<std::size_t>(before.value)]) affected_[i] = true;
  }
}

void InstanceFilter::add_upstream(const Dag& dag) {
  for (auto task = dag.tasks.rbegin(); task != dag.tasks.rend(); ++task) {
    if (!whole_[static_cast<std::size_t>(task->index.value)] && !one_.contains(task->index.value))
      continue;
    for (const TaskIndex before : task->upstream)
      whole_[static_cast<std::size_t>(before.value)] = true;
  }
}

/// From what was named itself: not from what add_upstream has added, nor its other downstreams.
void InstanceFilter::add_downstream(const Dag& dag) {
  std::vector<bool> reached = affected_;
  for (const Task& task : dag.tasks) {
    const auto i = static_cast<std::size_t>(task.index.value);
    for (const TaskIndex before : task.upstream)
      if (reached[static_cast<std::size_t>(before.value)]) reached[i] = whole_[i] = true;
  }
}

bool InstanceFilter::names(TaskIndex task, std::int32_t map_index) const {
  if (whole_[static_cast<std::size_t>(task.value)]) return true;
  auto it = one_.find(task.value);
  return it != one_.end() && it->second.contains(map_index);
}

bool InstanceFilter::changes(TaskIndex task, std::int32_t map_index, TaskState state) const {
  if (!names(task, map_index)) return false;
  // Left out by a backfill, a task has no state to mark and may be run after all. Elements that are
  // gone come back with their map alone.
  if (state == TaskState::removed)
    return action_ == EditAction::clear && map_index <= 0 && !only_failed_ && !only_running_;
  if (action_ != EditAction::clear) return state != target_of(action_);
  if (state == TaskState::none || state == TaskState::restarting) return false;
  if (!only_failed_ && !only_running_) return true;
  const bool failed = state == TaskState::failed || state == TaskState::upstream_failed;
  return (only_failed_ && failed) || (only_running_ && state == TaskState::running);
}

json to_json(const Edit& edit) {
  json tasks = json::array();
  for (const TaskRef& ref : edit.what.tasks)
    tasks.push_back({ref.task_id, ref.map_index ? json(*ref.map_index) : json()});
  return {{"action", name_of(edit.action)},       {"dag_id", edit.what.dag_id},
          {"run_id", edit.what.run_id},           {"from", date_json(edit.what.from)},
          {"to", date_json(edit.what.to)},        {"tasks", std::move(tasks)},
          {"upstream", edit.what.upstream},       {"downstream", edit.what.downstream},
          {"only_failed", edit.what.only_failed}, {"only_running", edit.what.only_running},
          {"reset_runs", edit.reset_runs},        {"latest_version", edit.latest_version},
          {"only_these", edit.only_these}};
}

Edit edit_from_json(const json& spec) {
  Edit edit;
  const std::string action = spec.at("action");
  const auto* found = std::find(action_names.begin(), action_names.end(), action);
  edit.action = static_cast<EditAction>(found - action_names.begin());
  edit.what.dag_id = spec.at("dag_id");
  edit.what.run_id = spec.at("run_id");
  edit.what.from = date_from(spec.at("from"));
  edit.what.to = date_from(spec.at("to"));
  for (const json& ref : spec.at("tasks")) {
    TaskRef task{ref.at(0), std::nullopt};
    if (!ref.at(1).is_null()) task.map_index = ref.at(1).get<std::int32_t>();
    edit.what.tasks.push_back(std::move(task));
  }
  edit.what.upstream = spec.at("upstream");
  edit.what.downstream = spec.at("downstream");
  edit.what.only_failed = spec.at("only_failed");
  edit.what.only_running = spec.at("only_running");
  edit.reset_runs = spec.at("reset_runs");
  edit.latest_version = spec.at("latest_version");
  edit.only_these = spec.value("only_these", false);
  return edit;
}

}  // namespace weft
