#include "server/core/scheduler/template_scope.h"

#include <algorithm>

#include "server/core/time/timetable.h"

namespace weft {
namespace {

using nlohmann::json;

json instant_or_null(const std::optional<Instant>& at) {
  return at ? json(format_instant(*at)) : json(nullptr);
}

json run_values(const RunFacts& facts) {
  const RunRow& run = facts.run;
  return json{
      {"dag_id", facts.dag_id},
      {"run_id", run.run_id},
      {"run_type", name_of(run.type)},
      {"logical_date", instant_or_null(run.logical_date)},
      {"run_after", format_instant(run.run_after)},
      {"data_interval_start",
       run.data_interval ? json(format_instant(run.data_interval->start)) : json(nullptr)},
      {"data_interval_end",
       run.data_interval ? json(format_instant(run.data_interval->end)) : json(nullptr)},
      {"conf", run.conf.is_null() ? json::object() : run.conf},
      {"triggered_by", name_of(run.triggered_by)},
      {"partition_key", run.partition_key.empty() ? json(nullptr) : json(run.partition_key)}};
}

json asset_values(const Dag& dag, const std::vector<AssetIndex>& assets) {
  json values = json::array();
  for (const AssetIndex index : assets) {
    const AssetSpec& asset = dag.asset(index);
    values.push_back({{"uri", asset.uri},
                      {"name", asset.name.value_or(asset.uri)},
                      {"group", asset.group.value_or("asset")},
                      {"extra", asset.extra.is_null() ? json::object() : asset.extra}});
  }
  return values;
}

bool reads(const std::vector<Reference>& references, std::string_view prefix) {
  return std::any_of(references.begin(), references.end(), [&](const Reference& reference) {
    return !reference.path.empty() && reference.path.front().starts_with(prefix);
  });
}

bool mapping_reads(const Mapping& mapping, std::string_view prefix) {
  return std::any_of(mapping.keys.begin(), mapping.keys.end(), [&](const MapKey& key) {
    return key.value && reads(key.value->references(), prefix);
  });
}

bool task_reads(const Task& task, std::string_view prefix) {
  if (task.when && reads(task.when->references(), prefix)) return true;
  if (task.concurrency_key && reads(task.concurrency_key->references(), prefix)) return true;
  for (const BranchCase& c : task.cases)
    if (reads(c.when.references(), prefix)) return true;
  bool waits = false;
  for_each_template(task.waiting_for, [&](const Template& part) {
    waits = waits || (!part.is_constant() && reads(part.references(), prefix));
  });
  if (waits) return true;
  if (task.mapping && mapping_reads(*task.mapping, prefix)) return true;
  for (const Template& part : task.command)
    if (!part.is_constant() && reads(part.references(), prefix)) return true;
  for (const EnvEntry& entry : task.env)
    if (!entry.value.is_constant() && reads(entry.value.references(), prefix)) return true;
  return !task.cwd.is_constant() && reads(task.cwd.references(), prefix);
}

}  // namespace

json template_values(const RunFacts& facts, const Task& task, int try_number, int map_index,
                     const json* outputs, const json* map) {
  const RunRow& run = facts.run;
  const Instant date = run.logical_date.value_or(run.run_after);
  json values = json::object();
  values["ds"] = format_in_zone(date, "UTC", "%Y-%m-%d");
  values["ds_nodash"] = format_in_zone(date, "UTC", "%Y%m%d");
  values["ts"] = format_instant(date);
  values["ts_nodash"] = format_in_zone(date, "UTC", "%Y%m%dT%H%M%S");
  json run_object = run_values(facts);
  values["logical_date"] = run_object["logical_date"];
  values["data_interval_start"] = run_object["data_interval_start"];
  values["data_interval_end"] = run_object["data_interval_end"];
  const auto& before = facts.previous_success;
  values["prev_data_interval_start_success"] =
      before && before->data_interval ? json(format_instant(before->data_interval->start))
                                      : json(nullptr);
  values["prev_data_interval_end_success"] = before && before->data_interval
                                                 ? json(format_instant(before->data_interval->end))
                                                 : json(nullptr);
  values["prev_start_date_success"] = before ? instant_or_null(before->started_at) : json(nullptr);
  values["run_id"] = run.run_id;
  values["dag"] = {{"dag_id", facts.dag_id},
                   {"display_name", facts.dag->display_name},
                   {"owner", facts.dag->owner},
                   {"tags", facts.dag->tags},
                   {"timezone", facts.dag->schedule.timezone}};
  json task_object = {{"task_id", task.id},
                      {"queue", task.queue},
                      {"pool", task.pool},
                      {"retries", task.retry.retries}};
  json ti = {{"dag_id", facts.dag_id},
             {"run_id", run.run_id},
             {"task_id", task.id},
             {"map_index", map_index},
             {"try_number", try_number}};
  values["task"] = std::move(task_object);
  values["ti"] = ti;
  values["task_instance"] = std::move(ti);
  values["dag_run"] = run_object;
  values["run"] = std::move(run_object);
  values["params"] = run.params.is_null() ? json::object() : run.params;
  values["outputs"] = outputs != nullptr ? *outputs : json::object();
  values["map"] = map != nullptr ? *map : json::object();
  values["triggering_asset_events"] =
      facts.triggering_asset_events ? *facts.triggering_asset_events : json::object();
  values["inlets"] = asset_values(*facts.dag, task.inlets);
  values["outlets"] = asset_values(*facts.dag, task.outlets);
  return values;
}

bool reads_root(const Dag& dag, std::string_view prefix) {
  return std::any_of(dag.tasks.begin(), dag.tasks.end(),
                     [&](const Task& task) { return task_reads(task, prefix); }) ||
         std::any_of(dag.groups.begin(), dag.groups.end(), [&](const TaskGroup& group) {
           return group.mapping != nullptr && mapping_reads(*group.mapping, prefix);
         });
}

}  // namespace weft
