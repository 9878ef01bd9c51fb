// The checker's view of limits: concurrency keys, and what becomes of what waits for too long.

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"
#include "tests/simulation/rule_table.h"

namespace weft::sim {

/// At most concurrency_limit with the same key anywhere: the candidate's own limit, all holders.
void Checker::keys(const AttemptRow& row, const InstanceRow& instance, const Task& task) const {
  const std::string& key = instance.concurrency_key;
  if (!task.concurrency_key)
    return REQUIRE(key.empty(), "instance " + text(row.instance) + " has a key it never asked for");
  if (task.concurrency_key->is_constant())
    REQUIRE(key == task.concurrency_key->text(),
            "instance " + text(row.instance) + " holds key " + key + ", its task says another");
  if (key.empty()) return;
  int holders = 1;
  for (const auto& [id, attempt] : attempts_)
    if (!is_terminal(attempt.state) && instances_.at(attempt.instance).row.concurrency_key == key)
      ++holders;
  REQUIRE(holders <= task.concurrency_limit, "key " + key + " is held by " +
                                                 std::to_string(holders) + ", " + task.id +
                                                 " says " + std::to_string(task.concurrency_limit));
}

void Checker::see(const WorkerRow& row) {
  put(drained_, row.id, row.is_drained);
}

/// Invariant 6 holds for each try: an upstream may have been cleared since the first one.
void Checker::begins_try(const Known& known, const Task& task) const {
  if (task.teardown || edit_ || !runs_.at(known.row.run).reason.empty()) return;
  bool after_branch = false;
  const Seen seen = seen_by(known.row, task, task.upstream, after_branch);
  REQUIRE(may_run(task.trigger_rule, seen), task.id + " of run " + text(known.row.run) +
                                                " gets a try though its rule does not say run");
}

/// The latest earlier run of the DAG by logical date decides.
std::string Checker::past(const InstanceRow& row, const Task& task) const {
  const RunRow& run = runs_.at(row.run);
  if (!(task.depends_on_past || task.wait_for_downstream) || !run.logical_date) return "";
  const RunRow* before = nullptr;
  for (auto at = dates_.lower_bound({run.dag, *run.logical_date});
       before == nullptr && at != dates_.begin() && (--at)->first.first == run.dag;)
    if (!untold_.contains(at->second)) before = &runs_.at(at->second);
  if (before == nullptr) return "";
  const Dag& dag = dag_of(before->id);
  const Task* same = dag.find_task(task.id);
  if (same == nullptr) return "";
  std::set<std::string> wanted{task.id}, made;
  if (task.wait_for_downstream)
    for (const TaskIndex next : same->downstream) wanted.insert(dag.task(next).id);
  for (const std::string& task_id : wanted) {
    const auto instances = by_task_.find({before->id, task_id});
    if (instances == by_task_.end()) continue;
    for (const InstanceId id : instances->second) {
      const Known& known = instances_.at(id);
      const bool whole = task_id != task.id || row.map_index < 0 || known.row.map_index < 0;
      if (!whole && known.row.map_index != row.map_index) continue;
      if (known.by_events != TaskState::success && known.by_events != TaskState::skipped &&
          known.by_events != TaskState::removed)
        return task_id + " of run " + text(before->id) + " is " + text(name_of(known.by_events));
      made.insert(task_id);
    }
  }
  if (before->materialized || made == wanted) return "";
  return "run " + text(before->id) + " has not all its instances yet";
}

/// Nothing but a grant, an end of its run, a key that can't be rendered, or its queued_timeout.
void Checker::left_scheduled(const EventRow& event, Known& known, const Task& task) {
  const auto to = static_cast<TaskState>(event.to);
  if (to != TaskState::failed && to != TaskState::up_for_retry) return;
  if (is_end(event)) return;
  if (event.detail.starts_with("queued_timeout")) {
    return REQUIRE(task.on_queued_timeout == OnQueuedTimeout::fail && to == TaskState::failed,
                   task.id + " failed by a queued_timeout that shall only alert");
  }
  REQUIRE(task.concurrency_key.has_value(), task.id + " failed without a worker and a key");
  ended_try(event, known, task);
}

}  // namespace weft::sim
