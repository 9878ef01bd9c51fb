// The checker's view of tasks that need no worker: what they waited for must be there.

#include <algorithm>

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {

/// After something took room in a pool: never above its size.
void Checker::in_pool(const Task& task) {
  const std::int64_t capacity = pools_.contains(task.pool) ? pools_.at(task.pool) : 0;
  const std::int64_t deferred = counts_deferred_[task.pool] ? pool_deferred_[task.pool] : 0;
  REQUIRE(capacity < 0 || pool_used_[task.pool] + deferred <= capacity,
          "pool " + task.pool + " holds " + std::to_string(pool_used_[task.pool]) + " and " +
              std::to_string(deferred) + " deferred of " + std::to_string(capacity));
}

void Checker::see(const AssetRow& row) {
  put(asset_uris_, row.id, row.uri);
}

void Checker::see(const AssetEventRow& row) {
  put(asset_events_, row.id, row);
}

void Checker::see(const ApprovalAnswered& row) {
  put(answers_, row.instance, row.chosen_options.front());
}

void Checker::left_waiting(const EventRow& event, Known& known, const Task& task) {
  const auto from = static_cast<TaskState>(event.from), to = static_cast<TaskState>(event.to);
  if (to == TaskState::deferred) {
    REQUIRE(task.type == TaskType::trigger_dag || task.type == TaskType::approval,
            task.id + " is deferred, being a " + text(name_of(task.type)));
    put(pool_deferred_, task.pool, pool_deferred_[task.pool] + task.pool_slots);
    if (counts_deferred_[task.pool]) in_pool(task);
  }
  const bool waited = from == TaskState::scheduled || from == TaskState::deferred ||
                      from == TaskState::up_for_reschedule;
  if (!waited || to == TaskState::deferred || to == TaskState::up_for_reschedule) return;
  // Without an outcome of its own it was ended with its run, or by a person.
  if (!known.has_outcome) return;
  if (event.detail.starts_with("timeout: ")) {
    known.failures += task.soft_fail ? 0 : 1;
    REQUIRE(to == (task.soft_fail ? TaskState::skipped : TaskState::failed),
            task.id + " timed out and went to " + text(name_of(to)));
    return;
  }
  if (to == TaskState::success) waited_for(event, known, task);
  if (to == TaskState::skipped && task.type == TaskType::approval)
    REQUIRE(answers_.contains(event.instance) && answers_.at(event.instance) == "Reject",
            task.id + " was skipped though nobody rejected it");
  ended_try(event, known, task);
}

/// It succeeded: what it waited for, by the tables.
void Checker::waited_for(const EventRow& event, const Known& known, const Task& task) const {
  const RunRow& run = runs_.at(known.row.run);
  const std::string what = task.id + " of run " + text(run.id);
  if (task.type == TaskType::approval)
    return REQUIRE(answers_.contains(event.instance) && answers_.at(event.instance) != "Reject",
                   what + " goes on without an answer");
  if (const auto* sensor = std::get_if<SensorTime>(&task.waiting_for)) {
    const auto until = parse_instant(sensor->until.text());
    return REQUIRE(!until || event.at >= *until, what + " goes on before its time");
  }
  if (const auto* trigger = std::get_if<TriggerDag>(&task.waiting_for)) {
    std::string by = dags_.at(run.dag).dag_id + "/" + run.run_id + "/" + task.id;
    if (known.row.map_index >= 0) by += "[" + std::to_string(known.row.map_index) + "]";
    // One of an earlier or later try may still run.
    const RunRow* made = nullptr;
    for (const auto& [id, other] : runs_)
      if (other.triggered_by == TriggeredBy::dag_operator && other.actor == by)
        if (made == nullptr || made->state != RunState::success) made = &other;
    REQUIRE(made != nullptr, what + " triggered nothing");
    return REQUIRE(!trigger->wait || made->state == RunState::success,
                   what + " goes on though run " + text(made->id) + ", which it triggered, is " +
                       text(name_of(made->state)));
  }
  if (const auto* sensor = std::get_if<SensorAsset>(&task.waiting_for)) {
    const std::string partition = sensor->partition_key.text();
    const bool any_age = !partition.empty() && sensor->since.text().empty();
    const Instant since = !run.data_interval             ? run.run_after
                          : sensor->since.text().empty() ? run.data_interval->start
                                                         : run.data_interval->end;
    for (const auto& [id, made] : asset_events_)
      if (asset_uris_.at(made.asset) == sensor->uri &&
          (partition.empty() || made.partition_key == partition) && (any_age || made.at >= since))
        return;
    throw Violation(what + " goes on without an event of " + sensor->uri);
  }
  const auto& sensor = std::get<SensorTask>(task.waiting_for);
  for (const auto& [id, other] : runs_) {
    if (dags_.at(other.dag).dag_id != sensor.dag_id.text() ||
        other.logical_date != run.logical_date)
      continue;
    if (sensor.task_id.text().empty())
      return REQUIRE(other.state == RunState::success, what + " goes on before the run it awaits");
    for (const auto& [instance, seen] : instances_)
      if (seen.row.run == id && seen.row.task_id == sensor.task_id.text())
        REQUIRE(seen.by_events == TaskState::success, what + " goes on before its task");
    return;
  }
  throw Violation(what + " goes on though the run it awaits was never made");
}

}  // namespace weft::sim
