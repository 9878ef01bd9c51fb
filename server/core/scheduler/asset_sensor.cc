// sensor.asset: waits for an event of an asset, in the asset's list.

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

nlohmann::json outputs_of_event(const AssetEventRow& event) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
  };
  return {{"event_id", event.id},
          {"timestamp", format_instant(event.at)},
          {"partition_key", or_null(event.partition_key)},
          {"extra", event.extra},
          {"source_dag_id", or_null(event.source_dag_id)},
          {"source_run_id", or_null(event.source_run_id)},
          {"source_task_id", or_null(event.source_task_id)}};
}

}  // namespace

std::string AwaitedAsset::words() const {
  std::string text = "an event of asset \"" + uri + "\"";
  if (partition_key) text += ", partition \"" + *partition_key + "\"";
  if (since) text += ", since " + format_instant(*since);
  return text;
}

Result<AwaitedAsset> awaited_asset(const Scheduler::State& s, const ActiveRun& run,
                                   const SensorAsset& sensor, const Scope& scope) {
  AwaitedAsset target;
  target.uri = sensor.uri;
  target.asset = s.asset_by_uri.at(sensor.uri);
  if (!sensor.partition_key.text().empty()) {
    TRY_ASSIGN(target.partition_key, sensor.partition_key.render(scope));
  }
  if (!sensor.since.text().empty()) {
    TRY_ASSIGN(target.since, instant_from(sensor.since, scope, "since"));
  } else if (!target.partition_key) {
    target.since = run.row.data_interval ? run.row.data_interval->start : run.row.run_after;
  }
  return target;
}

/// Of this step's events too, which the tables do not have yet.
std::optional<AssetEventRow> Step::newest_event(const AwaitedAsset& target) const {
  const auto fresh = fresh_events_.find(target.asset);
  if (fresh != fresh_events_.end())
    for (auto event = fresh->second.rbegin(); event != fresh->second.rend(); ++event)
      if (!target.partition_key || event->partition_key == *target.partition_key) return *event;
  return s.history.newest_asset_event(target.asset, target.partition_key);
}

void Step::look_at_asset(ActiveRun& run, Instance& instance, const SensorAsset& sensor) {
  const ObjectScope scope(values_for(run, instance));
  const auto target = awaited_asset(s, run, sensor, scope);
  if (!target) return settle_waiting(run, instance, AttemptState::failed, target.error().message);
  const auto event = newest_event(*target);
  if (event && (!target->since || event->at >= *target->since))
    return settle_waiting(run, instance, AttemptState::success, "", outputs_of_event(*event));
  wait_on(run, instance, TaskState::up_for_reschedule, "it waits for " + target->words());
  const Awaited awaited =
      target->partition_key
          ? Awaited{Awaited::Kind::asset, target->asset.value, *target->partition_key, 0}
          : Awaited{Awaited::Kind::asset, target->asset.value, "", -1};
  s.waits.add(awaited, {run.row.id, instance.index, instance.row.id});
}

}  // namespace weft
