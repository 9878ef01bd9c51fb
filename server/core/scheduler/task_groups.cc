// Groups with retries: once all of a group is over and one of it has finally failed, the whole
// group runs again, as often as its retries allow. What comes after the group sees none of it
// before.

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// One of it has finally failed by itself, not by a person's word. REQUIRES: all of it is over.
bool has_failed(const ActiveRun& run, const TaskGroup& group) {
  for (const TaskIndex task : group.tasks) {
    const Task& spec = run.dag().task(task);
    if (spec.teardown && !spec.on_failure_fail_dagrun) continue;
    for (const InstanceIndex index : run.graph->members(task))
      if (const InstanceRow& row = run.instance(index).row; row.state == TaskState::failed &&
                                                            row.reason != cancelled_reason &&
                                                            !row.reason.starts_with("marked "))
        return true;
  }
  return false;
}

}  // namespace

bool Step::may_retry(const ActiveRun& run, std::int32_t group) const {
  const TaskGroup& spec = run.dag().groups[static_cast<std::size_t>(group)];
  int used = 0;
  for (const TaskIndex task : spec.tasks)  // the own instance of a task has seen every retry
    used = std::max(used, run.instance(InstanceIndex{task.value}).row.group_retries);
  return used < spec.retries && run.ending.empty() && run.row.state == RunState::running;
}

/// True: the group goes on, or may do so. All instances of it are looked at once, at its end; not
/// while an edit goes through them, of which some are not what they shall be.
bool Step::group_settled(ActiveRun& run, const Task& member, std::vector<InstanceIndex>& decided) {
  if (!run.graph->is_held(member.group)) return false;
  const bool may_go_on = may_retry(run, member.group);
  if (run.held || run.graph->is_open(member.group)) return may_go_on;
  decide_group(run, member.group, decided);
  return run.graph->is_held(member.group);
}

/// REQUIRES: all of it is over.
void Step::decide_group(ActiveRun& run, std::int32_t group, std::vector<InstanceIndex>& decided) {
  if (may_retry(run, group) && has_failed(run, run.dag().groups[static_cast<std::size_t>(group)]))
    return retry_group(run, group);
  run.graph->deliver_group(group, decided);
}

/// An edit has been through all that it is about.
void Step::decide_groups(ActiveRun& run) {
  std::vector<InstanceIndex> decided;
  for (std::size_t i = 0; i < run.dag().groups.size(); ++i) {
    const auto group = static_cast<std::int32_t>(i);
    if (run.graph->is_held(group) && !run.graph->is_open(group)) decide_group(run, group, decided);
  }
  push_decided(run, decided);
}

void Step::retry_group(ActiveRun& run, std::int32_t group) {
  const TaskGroup& spec = run.dag().groups[static_cast<std::size_t>(group)];
  std::vector<InstanceIndex> members;
  for (const TaskIndex task : spec.tasks) {
    const auto of_task = run.graph->members(task);
    members.insert(members.end(), of_task.begin(), of_task.end());
  }
  for (const InstanceIndex index : members) {
    Instance& instance = run.instance(index);
    const TaskState from = instance.row.state;
    if (from == TaskState::removed) continue;
    run.graph->unsettle(index);
    ++instance.row.group_retries;
    const std::string why = "the group " + spec.id + " runs again";
    if (ActiveAttempt* attempt = s.attempts.find(instance.row.attempt)) {
      attempt->detached = false;  // it was marked: its attempt's end makes it `none`
      transition(run, instance, Cause::group_retried, TaskState::restarting, why);
      instance.row.failures = instance.row.losses = 0;
      continue;
    }
    transition(run, instance, Cause::group_retried, TaskState::none, why);
    begin_anew(run, instance);
  }
}

}  // namespace weft
