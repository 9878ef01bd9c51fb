// Groups with retries: once all of a group is over and one of it has finally failed, the whole
// group runs again, as often as its retries allow. What comes after the group sees none of it
// before.

#include <algorithm>

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/task_groups.h"

namespace weft {

GroupStanding standing_of(const ActiveRun& run, std::int32_t group) {
  const TaskGroup& spec = run.dag().groups[static_cast<std::size_t>(group)];
  GroupStanding standing;
  for (const TaskIndex task : spec.tasks) {
    standing.is_over = standing.is_over && !run.growing.contains(run.dag().task(task).id);
    const bool counts =
        !run.dag().task(task).teardown || run.dag().task(task).on_failure_fail_dagrun;
    for (const InstanceIndex index : run.graph->members(task)) {
      if (!run.has(index)) {
        standing.is_over = false;
        continue;
      }
      const InstanceRow& row = run.instance(index).row;
      standing.is_over = standing.is_over && is_terminal(row.state);
      standing.has_failed = standing.has_failed || (counts && row.state == TaskState::failed);
      standing.used = std::max(standing.used, row.group_retries);
    }
  }
  standing.runs_again =
      standing.is_over && standing.has_failed && standing.used < spec.retries && run.ending.empty();
  return standing;
}

bool Step::group_settled(ActiveRun& run, const Task& member, std::vector<InstanceIndex>& decided) {
  if (!run.graph->is_held(member.group)) return false;
  const GroupStanding standing = standing_of(run, member.group);
  const int retries = run.dag().groups[static_cast<std::size_t>(member.group)].retries;
  if (!standing.is_over) return standing.used < retries;
  if (standing.runs_again) {
    retry_group(run, member.group);
    return true;
  }
  run.graph->deliver_group(member.group, decided);
  return false;
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
