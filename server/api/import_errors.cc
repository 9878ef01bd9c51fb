#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

/// The text of a file is for those who may see the source of the DAG whose file it is now. That a
/// file has errors is told, too, to those who may see a DAG that has come from it once.
nlohmann::json findings_of(const storage::ImportErrorRecord& record, bool with_lines) {
  auto findings = nlohmann::json::parse(record.row.findings, nullptr, false);
  if (!findings.is_array()) return nlohmann::json::array();
  if (!with_lines)
    for (auto& finding : findings) finding["lines"] = nlohmann::json::array();
  return findings;
}

nlohmann::json import_error_json(const storage::ImportErrorRecord& record,
                                 const VisibleDags& dags) {
  const ImportErrorRow& row = record.row;
  const bool is_seen = is_visible(dags, record.dag_id);
  return {{"import_error_id", row.id},
          {"timestamp", instant_json(row.at)},
          {"filename", row.path},
          {"bundle_name", row.bundle},
          {"dag_id", text_or_null(is_seen ? record.dag_id : "")},
          {"stack_trace", row.stack_trace},
          {"findings", findings_of(record, is_seen)}};
}

}  // namespace

Outcome<http::Response> get_import_errors(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_import_error_order, {{"id", false}});
  storage::Filter filter;
  add_pattern(filter, query, "filename_pattern", "path");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto dags, visible_dags(reader, call));
    if (dags) storage::add_files_of(filter, *dags);
    API_TRY_ASSIGN(const auto errors, storage::list_import_errors(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& row : errors.rows) list.push_back(import_error_json(row, dags));
    return json_response(
        collection_json("import_errors", std::move(list), errors.total, errors.total_is_exact));
  });
}

Outcome<http::Response> get_import_error(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("import_error_id"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    storage::Filter filter;
    filter.add_equal("id", id);
    API_TRY_ASSIGN(const auto dags, visible_dags(reader, call));
    if (dags) storage::add_files_of(filter, *dags);
    API_TRY_ASSIGN(const auto found, storage::list_import_errors(reader, filter, {}, {.limit = 1}));
    if (found.rows.empty())
      return refuse(ErrorCode::not_found,
                    fmt::format("no import error {}: it may have been corrected", id));
    return json_response(import_error_json(found.rows.front(), dags));
  });
}

}  // namespace weft::api
