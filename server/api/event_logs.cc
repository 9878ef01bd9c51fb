#include <fmt/format.h>

#include "server/api/cursor.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

nlohmann::json event_json(const storage::AuditRecord& record) {
  const auto& row = record.row;
  return {{"event_log_id", record.id},
          {"when", instant_json(row.at)},
          {"dag_id", text_or_null(row.dag_id)},
          {"task_id", text_or_null(row.task_id)},
          {"run_id", text_or_null(row.run_id)},
          {"map_index", nullptr},
          {"try_number", nullptr},
          {"event", row.action},
          {"logical_date", nullptr},
          {"owner", text_or_null(row.actor)},
          {"extra", text_or_null(row.detail)},
          {"dag_display_name", text_or_null(row.dag_id)},
          {"task_display_name", text_or_null(row.task_id)}};
}

storage::Filter event_log_filter(Query& query) {
  storage::Filter filter;
  constexpr std::pair<std::string_view, std::string_view> columns[] = {{"dag_id", "dag_id"},
                                                                       {"task_id", "task_id"},
                                                                       {"run_id", "run_id"},
                                                                       {"owner", "actor"},
                                                                       {"event", "action"}};
  for (const auto& [name, column] : columns) {
    if (const auto value = query.text(name)) filter.add_equal(column, *value);
    add_pattern(filter, query, std::string(name) + "_pattern", column);
  }
  if (const auto events = query.texts("included_events"); !events.empty())
    filter.add_in("action", events);
  if (const auto events = query.texts("excluded_events"); !events.empty())
    filter.add_not_in("action", events);
  if (const auto before = query.instant("before")) filter.add("at <= ?", {to_micros(*before)});
  if (const auto after = query.instant("after")) filter.add("at >= ?", {to_micros(*after)});
  // What no entry has here.
  if (query.text("map_index") || query.text("try_number")) filter.add_never();
  return filter;
}

}  // namespace

Outcome<http::Response> get_event_logs(Call& call) {
  Query query(call.request);
  auto filter = event_log_filter(query);
  auto page = query.page();
  const auto order = query.order_by(storage::is_audit_order, {{"id", false}});
  API_TRY(query.check());
  API_TRY(take_cursor(call, page));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "dag_id"));
    API_TRY_ASSIGN(const auto events, storage::list_audit(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& event : events.rows) list.push_back(event_json(event));
    auto answer =
        collection_json("event_logs", std::move(list), events.total, events.total_is_exact);
    add_next_cursor(answer, call, events.next);
    return json_response(answer);
  });
}

Outcome<http::Response> get_event_log(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("event_log_id"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto event, storage::find_audit(reader, id));
    const auto missing = fmt::format("no event log entry {}", id);
    if (!event) return refuse(ErrorCode::not_found, missing);
    API_TRY(check_dag(reader, call, event->row.dag_id, missing));
    return json_response(event_json(*event));
  });
}

}  // namespace weft::api
