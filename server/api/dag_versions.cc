#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::int64_t max_integer = std::numeric_limits<std::int64_t>::max();

http::Response source_response(std::string_view type, const storage::VersionRecord& version,
                               const std::string& source) {
  if (type == "application/json")
    return json_response({{"content", source},
                          {"dag_id", version.dag_id},
                          {"dag_display_name", version.display_name},
                          {"version_number", version.number}});
  http::Response response;
  response.headers.emplace_back("content-type", "text/plain; charset=utf-8");
  response.body = source;
  return response;
}

}  // namespace

Outcome<http::Response> get_dag_versions(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_version_order);
  storage::Filter filter;
  if (const auto number = query.integer("version_number", 0, max_integer))
    filter.add_equal("v.number", *number);
  if (const auto bundle = query.text("bundle_name")) filter.add_equal("d.bundle", *bundle);
  if (query.text("bundle_version")) filter.add_never();
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    std::optional<DagKey> key;
    if (const auto& dag_id = call.value("dag_id"); dag_id != all_of_them) {
      API_TRY_ASSIGN(const auto dag, require_dag(reader, dag_id));
      key = dag.row.key;
    }
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    API_TRY_ASSIGN(const auto versions, storage::list_versions(reader, key, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& version : versions.rows) list.push_back(version_json(version, call.deps));
    return json_response(
        collection_json("dag_versions", std::move(list), versions.total, versions.total_is_exact));
  });
}

Outcome<http::Response> get_dag_version(Call& call) {
  API_TRY_ASSIGN(const auto number, call.integer("version_number"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto dag, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto version, require_version(reader, dag, number));
    return json_response(version_json(version, call.deps));
  });
}

Outcome<http::Response> get_dag_source(Call& call) {
  const auto type = negotiate(call.request, {"application/json", "text/plain"});
  if (type.empty())
    return refuse(ErrorCode::not_acceptable, "offered: application/json, text/plain");
  Query query(call.request);
  const auto number = query.integer("version_number", 0, max_integer);
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto dag, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto version,
                   require_version(reader, dag, number.value_or(dag.version_number)));
    API_TRY_ASSIGN(const auto text, storage::version_text(reader, version.id));
    if (!text) return refuse(ErrorCode::not_found, "there is no such DAG version any more");
    return source_response(type, version, text->source);
  });
}

}  // namespace weft::api
