// Runs of what waits in an asset queue. A run's creation writes which events it has and deletes
// them from the queue in one step: no run of the DAG gets them twice, and none is forgotten.

#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr int runs_per_step = 16;

}  // namespace

void Step::arm_assets(DagState& dag) {
  if (dag.assets.armed) return;
  dag.assets.armed = true;
  Duration at = now.steady;
  if (const auto made = dag.assets.made_at)
    at = std::max(at, std::min(*made, now.steady) + asset_run_distance);
  s.timers.at_steady(at, {Timer::Kind::assets, dag.row.key.value, 0, 0, {}});
}

void Step::check_assets(DagState& dag) {
  for (const auto& [partition, rows] : dag.assets.rows) dag.assets.to_check.insert(partition);
  if (!dag.assets.to_check.empty()) arm_assets(dag);
}

void Step::run_assets(DagState& dag) {
  AssetQueue& queue = dag.assets;
  queue.armed = false;
  // Whoever lets the DAG go on again looks at everything.
  if (dag.row.is_paused || dag.row.is_stale || s.stopping || !dag.spec->asset_schedule)
    return queue.to_check.clear();
  for (int made = 0; !queue.to_check.empty();) {
    if (made >= runs_per_step) {
      queue.armed = true;
      return s.timers.at_steady(now.steady, {Timer::Kind::assets, dag.row.key.value, 0, 0, {}});
    }
    // The next start of a run goes on here.
    if (dag.queued.size() + dag.waiting.size() >= s.config.max_queued_runs_per_dag) return;
    const std::string partition = *queue.to_check.begin();
    queue.to_check.erase(queue.to_check.begin());
    if (!asset_run_due(dag, partition)) continue;
    queue.made_at = now.steady;
    make_asset_run(dag, partition);
    ++made;
  }
}

/// Does the condition hold, and does no earlier run of the partition still wait for its start?
bool Step::asset_run_due(const DagState& dag, const std::string& partition) const {
  const AssetQueue& queue = dag.assets;
  const auto rows = queue.rows.find(partition);
  if (rows == queue.rows.end()) return false;
  if (const auto waiting = queue.queued_runs.find(partition); waiting != queue.queued_runs.end()) {
    const ActiveRun* run = s.find_run(waiting->second);
    if (run != nullptr && run->row.state == RunState::queued) return false;
  }
  return dag.spec->asset_schedule->holds([&](AssetIndex index) {
    return rows->second.contains(queue.ids[static_cast<std::size_t>(index.value)]);
  });
}

void Step::make_asset_run(DagState& dag, const std::string& partition) {
  NewRun what;
  what.type = RunType::asset_triggered;
  what.by = TriggeredBy::asset;
  what.run_after = now.wall;
  what.data_interval = DataInterval{now.wall, now.wall};
  what.params =
      resolve_params(*dag.spec, nlohmann::json::object()).value_or(nlohmann::json::object());
  what.partition_key = partition;
  std::int64_t last = 0;
  for (const auto& [asset, row] : dag.assets.rows.at(partition)) {
    last = std::max(last, row.last_event);
    what.events.push_back(row);
  }
  for (const AssetQueuedRow& row : what.events) forget_queued(dag, row.asset, row.partition_key);
  what.run_id = "asset_triggered__" + format_instant(now.wall) + "_" + std::to_string(last);
  create_run(dag, std::move(what));
}

void Step::asset_run_queued(DagState& dag, const RunRow& run) {
  if (run.type == RunType::asset_triggered) dag.assets.queued_runs[run.partition_key] = run.id;
}

void Step::asset_run_started(DagState& dag, const RunRow& run) {
  AssetQueue& queue = dag.assets;
  if (run.type == RunType::asset_triggered) {
    const auto waiting = queue.queued_runs.find(run.partition_key);
    if (waiting != queue.queued_runs.end() && waiting->second == run.id)
      queue.queued_runs.erase(waiting);
    if (queue.rows.contains(run.partition_key)) queue.to_check.insert(run.partition_key);
  }
  if (!queue.to_check.empty()) arm_assets(dag);
}

std::shared_ptr<const nlohmann::json> Step::triggering_events(
    const std::vector<AssetConsumedRow>& consumed) const {
  auto all = std::make_shared<nlohmann::json>(nlohmann::json::object());
  int left = max_triggering_events;
  for (const AssetConsumedRow& range : consumed) {
    if (left <= 0) break;
    nlohmann::json events = nlohmann::json::array();
    const auto rows = s.history.asset_events(range.asset, range.partition_key, range.first_event,
                                             range.last_event, left);
    const std::string& uri = s.assets.at(range.asset).row.uri;
    for (const AssetEventRow& row : rows)
      events.push_back({{"uri", uri},
                        {"extra", row.extra},
                        {"timestamp", format_instant(row.at)},
                        {"source_dag_id", row.source_dag_id},
                        {"source_run_id", row.source_run_id},
                        {"source_task_id", row.source_task_id},
                        {"source_map_index", row.source_map_index},
                        {"partition_key", row.partition_key}});
    left -= static_cast<int>(rows.size());
    (*all)[uri] = std::move(events);
  }
  return all;
}

}  // namespace weft
