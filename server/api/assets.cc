#include "server/api/assets.h"

#include <fmt/format.h>

#include <set>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/api/run_trigger.h"

namespace weft::api {
namespace {

using storage::Reader;
using Kind = AssetReference::Kind;

nlohmann::json uses_json(const std::vector<storage::AssetUse>& uses, Kind kind) {
  auto list = nlohmann::json::array();
  for (const auto& use : uses) {
    if (use.kind != kind) continue;
    nlohmann::json json{{"dag_id", use.dag_id},
                        {"created_at", instant_json(use.created_at)},
                        {"updated_at", instant_json(use.updated_at)}};
    if (kind != Kind::schedule) json["task_id"] = use.task_id;
    list.push_back(std::move(json));
  }
  return list;
}

Outcome<nlohmann::json> asset_json(Reader& reader, const storage::AssetRecord& record) {
  API_TRY_ASSIGN(const auto uses, storage::list_asset_uses(reader, record.row.id));
  nlohmann::json last;
  if (record.last_event)
    last = {{"id", *record.last_event}, {"timestamp", instant_json(record.last_event_at)}};
  const auto& row = record.row;
  return nlohmann::json{{"id", row.id.value},
                        {"name", row.name},
                        {"uri", row.uri},
                        {"group", row.group},
                        {"extra", row.extra},
                        {"created_at", instant_json(row.created_at)},
                        {"updated_at", instant_json(row.updated_at)},
                        {"scheduled_dags", uses_json(uses, Kind::schedule)},
                        {"producing_tasks", uses_json(uses, Kind::outlet)},
                        {"consuming_tasks", uses_json(uses, Kind::inlet)},
                        {"aliases", nlohmann::json::array()},
                        {"watchers", nlohmann::json::array()},
                        {"last_asset_event", std::move(last)}};
}

std::string no_asset(std::int64_t id) {
  return fmt::format("no asset {}", id);
}

/// The DAG that makes the asset, if it is one alone.
Outcome<std::string> producer_of(Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto asset, require_asset(reader, call));
  API_TRY_ASSIGN(const auto uses, storage::list_asset_uses(reader, asset.row.id));
  API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
  std::set<std::string> dags;
  for (const auto& use : uses)
    if (use.kind == Kind::outlet && is_visible(visible, use.dag_id)) dags.insert(use.dag_id);
  if (dags.empty() && visible) {
    // Whoever may see a DAG that makes it is told which role is missing; to others it is not there.
    for (const auto& use : uses) {
      if (use.kind != Kind::outlet) continue;
      auto allowed = check_dag(reader, call, use.dag_id);
      if (!allowed && allowed.error().error.code == ErrorCode::permission_denied)
        return tl::make_unexpected(std::move(allowed.error()));
    }
    return refuse(ErrorCode::not_found, no_asset(asset.row.id.value));
  }
  if (dags.empty())
    return refuse(ErrorCode::not_found,
                  fmt::format("no DAG has a task with the outlet {}", asset.row.uri));
  if (dags.size() > 1)
    return refuse(ErrorCode::conflict,
                  fmt::format("{} DAGs make {} ({}, {} …): trigger one of them", dags.size(),
                              asset.row.uri, *dags.begin(), *std::next(dags.begin())));
  return *dags.begin();
}

}  // namespace

Outcome<storage::AssetRecord> require_asset(Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("asset_id"));
  API_TRY_ASSIGN(auto asset, storage::find_asset(reader, AssetId{id}));
  if (!asset) return refuse(ErrorCode::not_found, no_asset(id));
  return std::move(*asset);
}

Outcome<http::Response> get_assets(Call& call) {
  Query query(call.request);
  storage::Filter filter;
  add_pattern(filter, query, "name_pattern", "asset.name");
  add_pattern(filter, query, "uri_pattern", "asset.uri");
  storage::add_asset_users(filter, query.texts("dag_ids"), query.boolean("only_active", true));
  const auto page = query.page();
  const auto order = query.order_by(storage::is_asset_order, {{"id", false}});
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto assets, storage::list_assets(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& asset : assets.rows) {
      API_TRY_ASSIGN(auto json, asset_json(reader, asset));
      list.push_back(std::move(json));
    }
    return json_response(
        collection_json("assets", std::move(list), assets.total, assets.total_is_exact));
  });
}

Outcome<http::Response> get_asset(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto asset, require_asset(reader, call));
    API_TRY_ASSIGN(const auto json, asset_json(reader, asset));
    return json_response(json);
  });
}

/// There are none: an asset has one uri.
Outcome<http::Response> get_asset_aliases(Call& call) {
  Query query(call.request);
  (void)query.page();
  (void)query.order_by([](std::string_view name) { return name == "id" || name == "name"; },
                       {{"id", false}});
  API_TRY(query.check());
  return json_response(collection_json("asset_aliases", nlohmann::json::array(), 0));
}

Outcome<http::Response> get_asset_alias(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("asset_alias_id"));
  return refuse(ErrorCode::not_found, fmt::format("no asset alias {}: there are none", id));
}

Outcome<http::Response> materialize_asset(Call& call) {
  API_TRY_ASSIGN(const auto dag_id,
                 call.read([&](Reader& reader) { return producer_of(reader, call); }));
  return trigger_run_of(call, dag_id);
}

}  // namespace weft::api
