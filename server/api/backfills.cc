// Backfills as they are, with their progress: counts by state, and what is still to come.

#include "server/api/backfills.h"

#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"

namespace weft::api {
namespace {

using storage::Reader;

std::string_view state_of(const BackfillRow& row) {
  if (row.is_cancelled) return "cancelled";
  if (row.completed_at) return "completed";
  return row.is_paused ? "paused" : "running";
}

nlohmann::json progress_json(const BackfillRow& row, std::map<RunState, std::int64_t> runs) {
  const auto left = row.completed_at ? 0 : std::max<std::int64_t>(0, row.total - row.handled);
  return {{"total", row.total},
          {"remaining", left},
          {"left_alone", row.left_alone},
          {"queued", runs[RunState::queued]},
          {"running", runs[RunState::running]},
          {"success", runs[RunState::success]},
          {"failed", runs[RunState::failed]}};
}

Outcome<nlohmann::json> backfill_json(Reader& reader, const storage::BackfillRecord& record) {
  const BackfillRow& row = record.row;
  API_TRY_ASSIGN(auto runs, storage::count_backfill_runs(reader, row.id));
  return nlohmann::json{{"id", row.id.value},
                        {"dag_id", record.dag_id},
                        {"dag_display_name", record.display_name},
                        {"from_date", instant_json(row.from_date)},
                        {"to_date", instant_json(row.to_date)},
                        {"dag_run_conf", row.conf.is_null() ? nlohmann::json::object() : row.conf},
                        {"is_paused", row.is_paused},
                        {"reprocess_behavior", name_of(row.reprocess)},
                        {"max_active_runs", row.max_active_runs},
                        {"created_at", instant_json(row.created_at)},
                        {"completed_at", instant_json(row.completed_at)},
                        {"updated_at", instant_json(row.updated_at)},
                        {"run_backwards", row.run_backwards},
                        {"run_on_latest_version", row.run_on_latest_version},
                        {"task_ids", row.task_ids},
                        {"include_downstream", row.include_downstream},
                        {"state", state_of(row)},
                        {"reason", text_or_null(row.reason)},
                        {"progress", progress_json(row, std::move(runs))}};
}

constexpr std::pair<ReprocessBehavior, std::string_view> behaviors[] = {
    {ReprocessBehavior::none, "none"},
    {ReprocessBehavior::failed, "failed"},
    {ReprocessBehavior::completed, "completed"}};

}  // namespace

std::string_view name_of(ReprocessBehavior behavior) {
  for (const auto& [value, name] : behaviors)
    if (value == behavior) return name;
  return "none";
}

std::optional<ReprocessBehavior> reprocess_behavior_from(std::string_view name) {
  for (const auto& [value, known] : behaviors)
    if (known == name) return value;
  return std::nullopt;
}

Outcome<http::Response> backfill_response(const Call& call, BackfillId backfill) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, storage::find_backfill(reader, backfill));
    const auto missing = fmt::format("no backfill {}", backfill.value);
    if (!record) return refuse(ErrorCode::not_found, missing);
    API_TRY(check_dag(reader, call, record->dag_id, missing));
    API_TRY_ASSIGN(const auto body, backfill_json(reader, *record));
    return json_response(body);
  });
}

Outcome<http::Response> get_backfills(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_backfill_order, {{"id", false}});
  const auto dag_id = query.text("dag_id").value_or(std::string(all_of_them));
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    std::optional<DagKey> dag;
    if (dag_id != all_of_them) {
      API_TRY(check_dag(reader, call, dag_id));
      API_TRY_ASSIGN(const auto record, require_dag(reader, dag_id));
      dag = record.row.key;
    }
    storage::Filter filter;
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    API_TRY_ASSIGN(const auto found, storage::list_backfills(reader, dag, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& record : found.rows) {
      API_TRY_ASSIGN(auto body, backfill_json(reader, record));
      list.push_back(std::move(body));
    }
    return json_response(
        collection_json("backfills", std::move(list), found.total, found.total_is_exact));
  });
}

Outcome<http::Response> get_backfill(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("backfill_id"));
  return backfill_response(call, BackfillId{id});
}

}  // namespace weft::api
