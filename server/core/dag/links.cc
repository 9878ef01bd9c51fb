#include "server/core/dag/links.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "server/core/expression/suggest.h"

namespace weft {
namespace {

/// A group with retries is cleared in one step of the scheduler.
constexpr std::size_t max_in_retried_group = 500;
/// Each last task of a group is joined with each first one of the next.
constexpr std::size_t max_group_edges = 2'000'000;

}  // namespace

void TaskLinks::read() {
  index_ids();
  join_groups();
  upstream_.resize(draft_.tasks.size());
  for (std::size_t i = 0; i < draft_.tasks.size(); ++i) {
    link(static_cast<std::int32_t>(i));
    link_setups(static_cast<std::int32_t>(i));
  }
  for (GroupDraft& group : draft_.groups) find_ends(group);
  link_groups();
  for (const GroupDraft& group : draft_.groups) check_group(group);
}

const GroupDraft* TaskLinks::group_of(std::int32_t task) const {
  const std::int32_t group = group_of_[static_cast<std::size_t>(task)];
  return group < 0 ? nullptr : &draft_.groups[static_cast<std::size_t>(group)];
}

void TaskLinks::index_ids() {
  ids_.reserve(draft_.tasks.size());
  for (std::size_t i = 0; i < draft_.tasks.size(); ++i) {
    const TaskDraft& draft = draft_.tasks[i];
    if (draft.task.id.empty()) continue;
    const auto [first, is_new] = ids_.emplace(draft.task.id, static_cast<std::int32_t>(i));
    if (is_new) continue;
    reader_.report().error(draft.id_at,
                           fmt::format("the task id {} is already that of {}", shown(draft.task.id),
                                       task_at(first->second).object.path()));
  }
  for (std::size_t i = 0; i < draft_.groups.size(); ++i) {
    const GroupDraft& group = draft_.groups[i];
    groups_.emplace(group.group.id, static_cast<std::int32_t>(i));
    if (ids_.contains(group.group.id)) {
      reader_.report().key_error(group.at,
                                 fmt::format("{} is a task's id already", shown(group.group.id)));
    }
  }
}

void TaskLinks::join_groups() {
  group_of_.assign(draft_.tasks.size(), -1);
  for (std::size_t i = 0; i < draft_.tasks.size(); ++i) {
    TaskDraft& draft = draft_.tasks[i];
    if (!draft.group_at) continue;
    const auto found = groups_.find(draft.group_at.text());
    if (found == groups_.end()) {
      std::vector<std::string_view> names;
      for (const GroupDraft& group : draft_.groups) names.push_back(group.group.id);
      reader_.report().error(
          draft.group_at,
          fmt::format("no group {} in \"task_groups\"{}", shown(draft.group_at.text()),
                      did_you_mean(draft.group_at.text(), names)));
      continue;
    }
    group_of_[i] = found->second;
    draft.task.group = found->second;
    draft_.groups[static_cast<std::size_t>(found->second)].members.push_back(
        static_cast<std::int32_t>(i));
  }
}

void TaskLinks::unknown(JsonRef name) {
  // A help, not a reason to compare a hundred thousand names again and again.
  constexpr std::size_t most = 2000;
  if (suggestions_.empty()) {
    for (const GroupDraft& group : draft_.groups) {
      if (suggestions_.size() < most) suggestions_.push_back(group.group.id);
    }
    for (const TaskDraft& draft : draft_.tasks) {
      if (!draft.task.id.empty() && suggestions_.size() < most) {
        suggestions_.push_back(draft.task.id);
      }
    }
  }
  reader_.report().error(name, fmt::format("no task {}{}", shown(name.text()),
                                           did_you_mean(name.text(), suggestions_)));
}

std::optional<std::int32_t> TaskLinks::find(JsonRef name) {
  const auto found = ids_.find(name.text());
  if (found != ids_.end()) return found->second;
  unknown(name);
  return std::nullopt;
}

void TaskLinks::depend(std::int32_t self, JsonRef name) {
  const auto group = groups_.find(name.text());
  if (group != groups_.end() && !ids_.contains(name.text())) {
    if (group_of_[static_cast<std::size_t>(self)] == group->second) {
      reader_.report().error(name, fmt::format("{} belongs to the group {} itself",
                                               shown(task_at(self).task.id), shown(name.text())));
    } else {
      on_groups_.emplace_back(self, group->second);
    }
    return;
  }
  const auto parent = find(name);
  if (!parent) return;
  if (*parent == self) {
    reader_.report().error(name, "a task cannot depend on itself");
  } else {
    upstream_[static_cast<std::size_t>(self)].push_back(*parent);
  }
}

void TaskLinks::link(std::int32_t self) {
  std::set<std::string_view> seen;
  for (const JsonRef name : task_at(self).depends_on) {
    if (!seen.insert(name.text()).second) {
      reader_.report().warning(name, shown(name.text()) + " is given twice");
    } else {
      depend(self, name);
    }
  }
}

/// A teardown waits for its setups, as for all that it depends on.
void TaskLinks::link_setups(std::int32_t self) {
  TaskDraft& draft = task_at(self);
  if (draft.task.teardown && draft.object.find("trigger_rule")) {
    reader_.report().key_error(draft.trigger_rule_at,
                               "a teardown has a rule of its own: it runs when all before it is "
                               "done, if a setup succeeded");
  }
  if (draft.fail_dagrun_at && !draft.task.teardown) {
    reader_.report().key_error(draft.fail_dagrun_at, "only a teardown has this key");
  }
  for (const JsonRef name : draft.teardown_of) {
    const auto setup = find(name);
    if (!setup) continue;
    if (*setup == self) {
      reader_.report().error(name, "a task cannot tear itself down");
      continue;
    }
    upstream_[static_cast<std::size_t>(self)].push_back(*setup);
    draft.setups.push_back(*setup);
  }
}

/// The first tasks of a group depend on none of it; on its last ones none of it depends but
/// teardowns.
void TaskLinks::find_ends(GroupDraft& group) {
  if (group.members.empty()) return;
  std::set<std::int32_t> followed;
  const auto own = [&](std::int32_t task) { return group_of(task) == &group; };
  for (const std::int32_t member : group.members) {
    const auto& above = upstream_[static_cast<std::size_t>(member)];
    if (std::none_of(above.begin(), above.end(), own)) group.roots.push_back(member);
    if (!task_at(member).task.teardown) followed.insert(above.begin(), above.end());
  }
  for (const std::int32_t member : group.members) {
    if (!followed.contains(member) && !task_at(member).task.teardown) {
      group.leaves.push_back(member);
    }
  }
  if (group.leaves.empty()) group.leaves = group.members;  // nothing but teardowns
}

/// Reported before they are made: a small file can ask for a great many.
bool TaskLinks::take_edges(std::size_t count, const GroupDraft& group) {
  group_edges_ += count;
  if (group_edges_ <= max_group_edges || draft_.is_stored) return true;
  reader_.report().error(group.at,
                         "the last and first tasks of groups make more than 2,000,000 edges: "
                         "put a noop between the groups");
  return false;
}

void TaskLinks::link_groups() {
  for (const GroupDraft& group : draft_.groups) {
    if (!take_edges(group.depends_on.size() * group.roots.size(), group)) return;
    for (const JsonRef name : group.depends_on) {
      for (const std::int32_t root : group.roots) depend(root, name);
    }
  }
  for (const auto& [task, number] : on_groups_) {
    const GroupDraft& group = draft_.groups[static_cast<std::size_t>(number)];
    const auto& leaves = group.leaves;
    if (!take_edges(leaves.size(), group)) return;
    auto& above = upstream_[static_cast<std::size_t>(task)];
    above.insert(above.end(), leaves.begin(), leaves.end());
  }
}

void TaskLinks::check_group(const GroupDraft& group) {
  if (group.members.empty()) {
    reader_.report().key_error(group.at, fmt::format("no task is in the group {}: give one "
                                                     "\"group\": {}",
                                                     shown(group.group.id), shown(group.group.id)));
  }
  if (group.group.retries > 0 && group.members.size() > max_in_retried_group) {
    reader_.report().error(
        group.at.find("retries"),
        fmt::format("a group with retries has at most {} tasks", max_in_retried_group));
  }
  if (!group.mapping.at) return;
  for (const std::int32_t member : group.members) {
    if (task_at(member).mapping.at) {
      reader_.report().key_error(task_at(member).mapping.at,
                                 "a task of a mapped group cannot be mapped itself");
    }
  }
}

}  // namespace weft
