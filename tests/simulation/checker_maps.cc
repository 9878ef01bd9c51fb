// Mapped tasks, groups and teardowns, seen from outside.

#include <algorithm>

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {
namespace {

using nlohmann::json;

/// All elements of a map, one after another, as the page on scheduling says it.
std::vector<json> elements(const json& lists) {
  std::vector<json> all{json::object()};
  if (lists.at("zip")) {
    std::size_t shortest = SIZE_MAX;
    for (const json& key : lists.at("keys")) shortest = std::min(shortest, key[1].size());
    all.assign(shortest, json::object());
    for (std::size_t i = 0; i < shortest; ++i)
      for (const json& key : lists.at("keys")) all[i][key[0].get<std::string>()] = key[1][i];
    return all;
  }
  for (const json& key : lists.at("keys")) {
    std::vector<json> longer;
    for (const json& element : all)
      for (const json& value : key[1]) {
        longer.push_back(element);
        longer.back()[key[0].get<std::string>()] = value;
      }
    all = std::move(longer);
  }
  return all;
}

std::string owner_of(const Dag& dag, const Task& task) {
  return task.mapping ? task.id : dag.groups[static_cast<std::size_t>(task.group)].id;
}

}  // namespace

void Checker::see(const MappingRow& row) {
  const auto key = std::make_pair(row.run, row.owner);
  if (row.length == 0) return drop(mappings_, key);
  ++report_.maps;
  REQUIRE(elements(*row.lists).size() == static_cast<std::size_t>(row.length),
          "the map of " + row.owner + " has another length than its lists");
  put(mappings_, key, row);
}

std::vector<const Checker::Known*> Checker::upstreams(const InstanceRow& row, const Task& task,
                                                      const Task& upstream, int& unmade) const {
  const Dag& dag = dag_of(row.run);
  std::vector<const Known*> all;
  const auto& ids = by_task_.at({row.run, upstream.id});
  const bool is_mapped = dag.mapping_of(upstream) != nullptr;  // else maybe in an older version
  const auto mapping =
      is_mapped ? mappings_.find({row.run, owner_of(dag, upstream)}) : mappings_.end();
  const int length = mapping == mappings_.end() ? 0 : mapping->second.length;
  for (const InstanceId id : ids) {
    const Known& known = instances_.at(id);
    if (made_.contains(id) && known.row.map_index >= length) continue;  // mapped later in this step
    const bool lanes =
        dag.in_lanes(task, upstream) && row.map_index >= 0 && known.row.map_index >= 0;
    if (!lanes || known.row.map_index == row.map_index) all.push_back(&known);
  }
  unmade = 0;
  if (all.empty() || all.front()->row.map_index < 0 || dag.in_lanes(task, upstream)) return all;
  unmade = std::max(0, length - static_cast<int>(all.size()));
  return all;
}

bool Checker::is_held(RunId run, std::int32_t group) const {
  if (group < 0) return false;
  const Dag& dag = dag_of(run);
  const TaskGroup& spec = dag.groups[static_cast<std::size_t>(group)];
  if (spec.retries == 0) return false;
  bool failed = false;
  int used = 0;
  for (const TaskIndex index : spec.tasks) {
    const Task& task = dag.task(index);
    for (const InstanceId id : by_task_.at({run, task.id})) {
      const Known& known = instances_.at(id);
      if (!is_terminal(known.by_events)) return true;
      const bool by_itself =
          known.row.reason != "cancelled" && !known.row.reason.starts_with("marked ");
      failed |= known.by_events == TaskState::failed && by_itself &&
                (!task.teardown || task.on_failure_fail_dagrun);
      used = std::max(used, known.row.group_retries);
    }
  }
  // How a group stood at the end of its run is final.
  return failed && used < spec.retries && runs_.at(run).reason.empty() && !edit_ &&
         !reopened_.contains(run);
}

Seen Checker::seen_by(const InstanceRow& row, const Task& task,
                      const std::vector<TaskIndex>& before, bool& after_branch) const {
  const Dag& dag = dag_of(row.run);
  Seen seen;
  for (const TaskIndex index : before) {
    int unmade = 0;
    const auto all = upstreams(row, task, dag.task(index), unmade);
    seen.n += unmade;
    const std::int32_t group = dag.task(index).group;
    const bool held = group != task.group && is_held(row.run, group);
    for (const Known* upstream : all) {
      seen.n += upstream->by_events != TaskState::removed;
      if (held) continue;
      seen.s += upstream->by_events == TaskState::success;
      seen.k += upstream->by_events == TaskState::skipped;
      seen.f += upstream->by_events == TaskState::failed;
      seen.u += upstream->by_events == TaskState::upstream_failed;
      after_branch |=
          dag.task(index).type == TaskType::branch && upstream->by_events == TaskState::success;
    }
  }
  return seen;
}

/// The map of its whole group has no element, or none can be made: so it ends as soon as one of the
/// group may run.
bool Checker::maps_with_group(const EventRow& event, const Known& known, const Task& task) const {
  const Dag& dag = dag_of(known.row.run);
  if (task.mapping || dag.mapping_of(task) == nullptr || event.detail.empty()) return false;
  for (const Task& member : dag.tasks) {
    if (member.mapping || dag.mapping_of(member) != dag.mapping_of(task)) continue;
    bool ignored = false;
    const Seen seen = seen_by(known.row, member, member.upstream, ignored);
    if (member.teardown ? seen.done() == seen.n : may_run(member.trigger_rule, seen)) return true;
  }
  return false;
}

/// A teardown waits for all between its setups and it, whatever became of the run.
void Checker::teardown_left_none(const EventRow& event, const Known& known, const Task& task) {
  const auto to = static_cast<TaskState>(event.to);
  // A mark of the whole run may take several steps.
  if (edit_ || event.detail.starts_with("marked ")) return;
  if (is_terminal(to) && maps_with_group(event, known, task)) return;
  if (to == TaskState::removed && known.row.map_index > 0) return;  // its map lacks it now
  ++report_.teardowns;
  bool ignored = false;
  std::vector<TaskIndex> before = task.upstream;
  before.insert(before.end(), task.between.begin(), task.between.end());
  const Seen all = seen_by(known.row, task, before, ignored);
  const Seen setups = seen_by(known.row, task, task.setups, ignored);
  const std::string what = "the teardown " + task.id + " of run " + text(known.row.run) +
                           " went to " + text(name_of(to));
  REQUIRE(all.done() == all.n, what + " with " + std::to_string(all.n - all.done()) + " to go");
  const bool mapped = dag_of(known.row.run).mapping_of(task) != nullptr;
  const bool runs = setups.n == 0 || setups.s > 0;
  if (to == TaskState::skipped)
    REQUIRE((runs && (task.when || mapped)) || (setups.n > 0 && setups.k == setups.n), what);
  else if (to == TaskState::upstream_failed)
    REQUIRE((runs && mapped) || (setups.n > 0 && setups.s == 0 && setups.k < setups.n), what);
  else
    REQUIRE(runs, what + " without a setup that succeeded");
}

/// A lease of a mapped instance carries its element, of another none.
void Checker::map_of(const LeaseGranted& lease, const InstanceRow& row) const {
  const Task& task = task_of(row);
  const std::string what = "instance " + text(row.id) + " of " + row.task_id;
  REQUIRE(lease.map_index == row.map_index, what + " is leased with another map index");
  if (dag_of(row.run).mapping_of(task) == nullptr)  // an element may be of an older version's map
    return REQUIRE(lease.map == nullptr || row.map_index >= 0, what + " is not mapped");
  REQUIRE(row.map_index >= 0 && lease.map != nullptr, what + " is leased without its element");
  const auto& mapping = mappings_.at({row.run, owner_of(dag_of(row.run), task)});
  REQUIRE(row.map_index < mapping.length, what + " is beyond its map");
  REQUIRE(*lease.map == elements(*mapping.lists)[static_cast<std::size_t>(row.map_index)],
          what + " is leased with another element: " + lease.map->dump());
}

}  // namespace weft::sim
