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

std::optional<double> seconds_between(const std::optional<Instant>& from,
                                      const std::optional<Instant>& to) {
  if (!from || !to) return std::nullopt;
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

void write_version(JsonText& out, const storage::VersionRecord& version,
                   const ApiDependencies& deps) {
  out.begin_object();
  out.member("id", row_uuid(version.created_at, version.id.value, 'v', deps.database_id));
  out.member("version_number", version.number);
  out.member("dag_id", version.dag_id);
  out.member("dag_display_name", version.display_name);
  out.member("bundle_name", version.bundle);
  out.member("bundle_version", nullptr);
  out.member("bundle_url", nullptr);
  out.member("created_at", version.created_at);
  out.end_object();
}

nlohmann::json version_json(const storage::VersionRecord& version, const ApiDependencies& deps) {
  JsonText out;
  write_version(out, version, deps);
  return nlohmann::json::parse(std::move(out).take());
}

void write_run(JsonText& out, const storage::RunRecord& run, const ApiDependencies& deps) {
  const auto& row = run.row;
  out.begin_object();
  out.member("dag_run_id", row.run_id);
  out.member("dag_id", run.version.dag_id);
  out.member("dag_display_name", run.version.display_name);
  out.member("logical_date", row.logical_date);
  out.member("data_interval_start",
             row.data_interval ? std::optional(row.data_interval->start) : std::nullopt);
  out.member("data_interval_end",
             row.data_interval ? std::optional(row.data_interval->end) : std::nullopt);
  out.member("run_after", row.run_after);
  out.member("queued_at", row.queued_at);
  out.member("start_date", row.started_at);
  out.member("end_date", row.ended_at);
  out.member("duration", seconds_between(row.started_at, row.ended_at));
  out.member("last_scheduling_decision", nullptr);
  out.member("run_type", name_of(row.type));
  out.member("state", name_of(row.state));
  out.member("triggered_by", name_of(row.triggered_by));
  out.text_or_null("triggering_user_name", row.actor);
  out.member("conf", row.conf.is_object() ? row.conf : nlohmann::json());
  out.text_or_null("note", row.note);
  out.text_or_null("partition_key", row.partition_key);
  out.member("bundle_version", nullptr);
  out.name("dag_versions");
  out.begin_array();
  write_version(out, run.version, deps);
  out.end_array();
  out.text_or_null("reason", row.reason);
  out.member("failed_tasks", row.failed_tasks);
  out.end_object();
}

nlohmann::json run_json(const storage::RunRecord& run, const ApiDependencies& deps) {
  JsonText out;
  write_run(out, run, deps);
  return nlohmann::json::parse(std::move(out).take());
}

void begin_collection(JsonText& out, std::string_view name) {
  out.begin_object();
  out.name(name);
  out.begin_array();
}

void end_collection(JsonText& out, std::int64_t total, bool total_is_exact) {
  out.end_array();
  out.member("total_entries", total);
  if (!total_is_exact) out.member("total_entries_exact", false);
}

}  // namespace weft::api
