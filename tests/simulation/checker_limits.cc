// The checker's view of limits: concurrency keys, and what becomes of what waits for too long.

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {

/// At most concurrency_limit with the same key anywhere: the candidate's own limit, all holders.
void Checker::keys(const AttemptRow& row, const InstanceRow& instance, const Task& task) const {
  const std::string& key = instance.concurrency_key;
  if (!task.concurrency_key)
    return require(key.empty(), "instance " + text(row.instance) + " has a key it never asked for");
  if (task.concurrency_key->is_constant())
    require(key == task.concurrency_key->text(),
            "instance " + text(row.instance) + " holds key " + key + ", its task says another");
  if (key.empty()) return;
  int holders = 1;
  for (const auto& [id, attempt] : attempts_)
    if (!is_terminal(attempt.state) && instances_.at(attempt.instance).row.concurrency_key == key)
      ++holders;
  require(holders <= task.concurrency_limit, "key " + key + " is held by " +
                                                 std::to_string(holders) + ", " + task.id +
                                                 " says " + std::to_string(task.concurrency_limit));
}

/// Nothing but a grant, an end of its run, a key that can't be rendered, or its queued_timeout.
void Checker::left_scheduled(const EventRow& event, Known& known, const Task& task) {
  const auto to = static_cast<TaskState>(event.to);
  if (to != TaskState::failed && to != TaskState::up_for_retry) return;
  if (event.detail.starts_with("queued_timeout")) {
    return require(task.on_queued_timeout == OnQueuedTimeout::fail && to == TaskState::failed,
                   task.id + " failed by a queued_timeout that shall only alert");
  }
  require(task.concurrency_key.has_value(), task.id + " failed without a worker and a key");
  ended_try(event, known, task);
}

}  // namespace weft::sim
