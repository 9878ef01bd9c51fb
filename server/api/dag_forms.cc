#include <fmt/format.h>

#include "base/digest.h"
#include "server/api/forms.h"
#include "server/core/scheduler/calendar.h"

namespace weft::api {
namespace {

/// Opaque to callers: bundle and path, base64url.
std::string file_token(const DagRow& row) {
  return to_base64url(row.bundle + '\0' + row.path);
}

bool has_task_limits(const Dag& dag) {
  return std::any_of(dag.tasks.begin(), dag.tasks.end(), [](const Task& task) {
    return task.max_active_tis_per_dag > 0 || task.max_active_tis_per_dagrun > 0;
  });
}

nlohmann::json tags_json(const storage::DagRecord& record) {
  auto tags = nlohmann::json::array();
  for (const auto& tag : record.tags)
    tags.push_back(
        {{"name", tag}, {"dag_id", record.row.dag_id}, {"dag_display_name", record.display_name}});
  return tags;
}

nlohmann::json owners_json(const std::string& owner) {
  auto owners = nlohmann::json::array();
  if (!owner.empty()) owners.push_back(owner);
  return owners;
}

std::string schedule_in_words(const storage::DagRecord& record) {
  if (!record.schedule) return "Runs only when it is triggered";
  return fmt::format("{} ({})", *record.schedule, record.timezone);
}

nlohmann::json condition_json(const AssetCondition& condition, const Dag& dag) {
  if (condition.kind == AssetCondition::Kind::asset) {
    const AssetSpec& asset = dag.asset(condition.asset);
    return {{"asset",
             {{"uri", asset.uri},
              {"name", asset.name.value_or(asset.uri)},
              {"group", asset.group.value_or("asset")}}}};
  }
  auto parts = nlohmann::json::array();
  for (const auto& part : condition.parts) parts.push_back(condition_json(part, dag));
  return {{condition.kind == AssetCondition::Kind::all ? "all" : "any", std::move(parts)}};
}

nlohmann::json asset_expression_json(const Dag& dag) {
  return dag.asset_schedule ? condition_json(*dag.asset_schedule, dag) : nlohmann::json();
}

nlohmann::json params_json(const Dag& dag) {
  auto params = nlohmann::json::object();
  for (const auto& param : dag.params)
    params[param.name] = {{"value", param.default_value},
                          {"schema", param.schema},
                          {"description", param.schema.value("description", nlohmann::json())}};
  return params;
}

}  // namespace

NextRun next_run_of(const DagRow& row, const Dag& dag, Instant now) {
  if (row.is_stale || !dag.timetable) return {};
  const auto cursor = row.cursor ? row.cursor : initial_cursor(dag, now, std::nullopt);
  if (!cursor) return {};
  const DueTick due = due_tick(dag, *cursor, now, std::nullopt);
  const auto tick = due.tick ? due.tick : due.wake_at;
  if (!tick) return {};
  const auto interval = interval_of(dag, *tick);
  return {.logical_date = logical_date_of(dag, interval), .run_after = tick, .interval = interval};
}

nlohmann::json dag_json(const storage::DagRecord& record, const Dag& dag, Instant now) {
  const auto& row = record.row;
  const auto next = next_run_of(row, dag, now);
  const auto start = next.interval ? std::optional(next.interval->start) : std::nullopt;
  const auto end = next.interval ? std::optional(next.interval->end) : std::nullopt;
  return {
      {"dag_id", row.dag_id},
      {"dag_display_name", record.display_name},
      {"is_paused", row.is_paused},
      {"is_stale", row.is_stale},
      {"last_parsed_time", instant_json(row.last_parsed)},
      {"last_parse_duration", nullptr},
      {"last_expired", nullptr},
      {"bundle_name", row.bundle},
      {"bundle_version", nullptr},
      {"relative_fileloc", row.path},
      {"fileloc", row.path},
      {"file_token", file_token(row)},
      {"description", text_or_null(record.description)},
      {"timetable_summary", record.schedule ? nlohmann::json(*record.schedule) : nlohmann::json()},
      {"timetable_description", schedule_in_words(record)},
      {"timetable_partitioned", false},
      {"tags", tags_json(record)},
      {"max_active_tasks", record.max_active_tasks},
      {"max_active_runs", record.max_active_runs},
      {"max_consecutive_failed_dag_runs", dag.max_consecutive_failed_dag_runs},
      {"has_task_concurrency_limits", has_task_limits(dag)},
      {"has_import_errors", row.has_import_errors},
      {"allowed_run_types", nullptr},
      {"next_dagrun_logical_date", instant_json(next.logical_date)},
      {"next_dagrun_data_interval_start", instant_json(start)},
      {"next_dagrun_data_interval_end", instant_json(end)},
      {"next_dagrun_run_after", instant_json(next.run_after)},
      {"owners", owners_json(record.owner)}};
}

nlohmann::json dag_details_json(const storage::DagRecord& record, const Dag& dag,
                                std::int64_t active_runs, const ApiDependencies& deps) {
  auto json = dag_json(record, dag, deps.clock.now().wall);
  const bool has_timeout = dag.dagrun_timeout.count() > 0;
  json["catchup"] = dag.catchup == Catchup::all;
  json["dag_run_timeout"] =
      has_timeout ? nlohmann::json(iso_duration(dag.dagrun_timeout)) : nlohmann::json();
  json["asset_expression"] = asset_expression_json(dag);
  json["doc_md"] = text_or_null(dag.doc_md);
  json["runbook_url"] = text_or_null(dag.runbook_url);
  json["start_date"] = instant_json(dag.start_date);
  json["end_date"] = instant_json(dag.end_date);
  json["is_paused_upon_creation"] = dag.is_paused_upon_creation;
  json["params"] = params_json(dag);
  json["render_template_as_native_obj"] = true;
  json["template_search_path"] = nullptr;
  json["timezone"] = record.timezone;
  json["last_parsed"] = instant_json(record.row.last_parsed);
  json["default_args"] = nullptr;
  json["owner_links"] = nlohmann::json::object();
  json["is_favorite"] = false;
  json["active_runs_count"] = active_runs;
  json["concurrency"] = record.max_active_tasks;
  json["latest_dag_version"] = version_json({.id = record.row.current_version,
                                             .dag = record.row.key,
                                             .number = record.version_number,
                                             .created_at = record.version_created_at,
                                             .dag_id = record.row.dag_id,
                                             .display_name = record.display_name,
                                             .bundle = record.row.bundle},
                                            deps);
  return json;
}

}  // namespace weft::api
