// The audit as it is kept: all of it, for those who look after the server. event_logs.cc shows the
// same entries in Airflow's shape, to those who may see their DAGs.

#include <fmt/format.h>

#include "server/api/cursor.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

/// What was before a change and after it, where the entry says so.
struct WrittenChange {
  nlohmann::json before, after;
};

WrittenChange change_of(const std::string& detail) {
  auto parsed = nlohmann::json::parse(detail, nullptr, false);
  WrittenChange change;
  if (!parsed.is_object()) return change;
  for (const auto& [key, side] :
       {std::pair("before", &change.before), std::pair("after", &change.after)}) {
    const auto found = parsed.find(key);
    if (found != parsed.end()) *side = *found;
  }
  return change;
}

nlohmann::json audit_log_json(const storage::AuditRecord& record) {
  const auto& row = record.row;
  auto change = change_of(row.detail);
  return {{"audit_log_id", record.id},
          {"when", instant_json(row.at)},
          {"user", text_or_null(row.actor)},
          {"remote", text_or_null(row.remote)},
          {"action", row.action},
          {"dag_id", text_or_null(row.dag_id)},
          {"dag_run_id", text_or_null(row.run_id)},
          {"task_id", text_or_null(row.task_id)},
          {"before", std::move(change.before)},
          {"after", std::move(change.after)},
          {"detail", text_or_null(row.detail)},
          {"hash", text_or_null(record.hash)}};
}

storage::Filter audit_log_filter(Query& query) {
  storage::Filter filter;
  constexpr std::pair<std::string_view, std::string_view> columns[] = {
      {"user", "actor"},    {"remote", "remote"},     {"action", "action"},
      {"dag_id", "dag_id"}, {"dag_run_id", "run_id"}, {"task_id", "task_id"}};
  for (const auto& [name, column] : columns) {
    if (const auto values = query.texts(name); !values.empty()) filter.add_in(column, values);
    add_pattern(filter, query, std::string(name) + "_pattern", column);
  }
  add_instant_range(filter, query, "when", "at");
  return filter;
}

}  // namespace

Outcome<http::Response> get_audit_logs(Call& call) {
  Query query(call.request);
  const auto filter = audit_log_filter(query);
  auto page = query.page();
  const auto order = query.order_by(storage::is_audit_log_order, {{"audit_log_id", true}});
  API_TRY(query.check());
  API_TRY(take_cursor(call, page));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto entries, storage::list_audit_logs(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& entry : entries.rows) list.push_back(audit_log_json(entry));
    auto answer =
        collection_json("audit_logs", std::move(list), entries.total, entries.total_is_exact);
    add_next_cursor(answer, call, entries.next);
    return json_response(answer);
  });
}

Outcome<http::Response> get_audit_log(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("audit_log_id"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto entry, storage::find_audit(reader, id));
    if (!entry) return refuse(ErrorCode::not_found, fmt::format("no audit log entry {}", id));
    return json_response(audit_log_json(*entry));
  });
}

}  // namespace weft::api
