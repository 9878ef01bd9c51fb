#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

nlohmann::json import_error_json(const ImportErrorRow& row) {
  return {{"import_error_id", row.id},
          {"timestamp", instant_json(row.at)},
          {"filename", row.path},
          {"bundle_name", row.bundle},
          {"stack_trace", row.stack_trace}};
}

/// A file's errors are for those who may see a DAG of it.
Outcome<void> add_visible_files(storage::Filter& filter, Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto dags, visible_dags(reader, call));
  if (dags) storage::add_files_of(filter, *dags);
  return {};
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
    API_TRY(add_visible_files(filter, reader, call));
    API_TRY_ASSIGN(const auto errors, storage::list_import_errors(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& row : errors.rows) list.push_back(import_error_json(row));
    return json_response(
        collection_json("import_errors", std::move(list), errors.total, errors.total_is_exact));
  });
}

Outcome<http::Response> get_import_error(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("import_error_id"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    storage::Filter filter;
    filter.add_equal("id", id);
    API_TRY(add_visible_files(filter, reader, call));
    API_TRY_ASSIGN(const auto found, storage::list_import_errors(reader, filter, {}, {.limit = 1}));
    if (found.rows.empty())
      return refuse(ErrorCode::not_found,
                    fmt::format("no import error {}: it may have been corrected", id));
    return json_response(import_error_json(found.rows.front()));
  });
}

}  // namespace weft::api
