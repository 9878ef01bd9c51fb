#include "server/api/forms.h"

#include <fmt/format.h>

#include "server/api/uuid.h"

namespace weft::api {

nlohmann::json instant_json(Instant at) {
  return format_instant_z(at);
}

nlohmann::json instant_json(const std::optional<Instant>& at) {
  return at ? nlohmann::json(format_instant_z(*at)) : nlohmann::json();
}

nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

nlohmann::json duration_json(const std::optional<Instant>& from, const std::optional<Instant>& to) {
  if (!from || !to) return nullptr;
  return static_cast<double>((*to - *from).count()) / 1e6;
}

nlohmann::json collection_json(const char* name, nlohmann::json rows, std::int64_t total,
                               bool total_is_exact) {
  nlohmann::json json{{name, std::move(rows)}, {"total_entries", total}};
  if (!total_is_exact) json["total_entries_exact"] = false;
  return json;
}

nlohmann::json state_json(TaskState state) {
  return state == TaskState::none ? nlohmann::json() : nlohmann::json(name_of(state));
}

std::string iso_duration(Duration duration) {
  const auto micros = duration.count();
  if (micros % 1'000'000 == 0) return fmt::format("PT{}S", micros / 1'000'000);
  return fmt::format("PT{}.{:06}S", micros / 1'000'000, micros % 1'000'000);
}

nlohmann::json version_json(const storage::VersionRecord& version, const ApiDependencies& deps) {
  return {{"id", row_uuid(version.created_at, version.id.value, 'v', deps.database_id)},
          {"version_number", version.number},
          {"dag_id", version.dag_id},
          {"dag_display_name", version.display_name},
          {"bundle_name", version.bundle},
          {"bundle_version", nullptr},
          {"bundle_url", nullptr},
          {"created_at", instant_json(version.created_at)}};
}

nlohmann::json run_json(const storage::RunRecord& run, const ApiDependencies& deps) {
  const auto& row = run.row;
  const auto start = row.data_interval ? std::optional(row.data_interval->start) : std::nullopt;
  const auto end = row.data_interval ? std::optional(row.data_interval->end) : std::nullopt;
  return {{"dag_run_id", row.run_id},
          {"dag_id", run.version.dag_id},
          {"dag_display_name", run.version.display_name},
          {"logical_date", instant_json(row.logical_date)},
          {"data_interval_start", instant_json(start)},
          {"data_interval_end", instant_json(end)},
          {"run_after", instant_json(row.run_after)},
          {"queued_at", instant_json(row.queued_at)},
          {"start_date", instant_json(row.started_at)},
          {"end_date", instant_json(row.ended_at)},
          {"duration", duration_json(row.started_at, row.ended_at)},
          {"last_scheduling_decision", nullptr},
          {"run_type", name_of(row.type)},
          {"state", name_of(row.state)},
          {"triggered_by", name_of(row.triggered_by)},
          {"triggering_user_name", text_or_null(row.actor)},
          {"conf", row.conf.is_object() ? row.conf : nlohmann::json()},
          {"note", text_or_null(row.note)},
          {"partition_key", text_or_null(row.partition_key)},
          {"bundle_version", nullptr},
          {"dag_versions", nlohmann::json::array({version_json(run.version, deps)})},
          {"reason", text_or_null(row.reason)},
          {"failed_tasks", row.failed_tasks}};
}

}  // namespace weft::api
