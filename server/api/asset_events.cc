// Events of assets: what happened, and what still waits for a run.

#include <fmt/format.h>

#include "server/api/assets.h"
#include "server/api/cursor.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/api/run_trigger.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_partition_key = 250;
/// More a run's events are not listed at once.
constexpr std::int64_t max_upstream_events = 1000;

nlohmann::json run_reference_json(const storage::ConsumingRun& run) {
  const auto& row = run.row;
  const auto start = row.data_interval ? std::optional(row.data_interval->start) : std::nullopt;
  const auto end = row.data_interval ? std::optional(row.data_interval->end) : std::nullopt;
  return {{"run_id", row.run_id},
          {"dag_id", run.dag_id},
          {"logical_date", instant_json(row.logical_date)},
          {"start_date", instant_json(row.started_at.value_or(row.queued_at))},
          {"end_date", instant_json(row.ended_at)},
          {"state", name_of(row.state)},
          {"data_interval_start", instant_json(start)},
          {"data_interval_end", instant_json(end)},
          {"partition_key", text_or_null(row.partition_key)}};
}

storage::Filter asset_event_filter(Query& query) {
  storage::Filter filter;
  if (const auto asset = query.integer("asset_id", 0, std::numeric_limits<std::int64_t>::max()))
    filter.add_equal("e.asset", *asset);
  for (const std::string_view name : {"source_dag_id", "source_run_id", "source_task_id"})
    if (const auto value = query.text(name)) filter.add_equal("e." + std::string(name), *value);
  if (const auto index =
          query.integer("source_map_index", -1, std::numeric_limits<std::int32_t>::max()))
    filter.add_equal("e.source_map_index", *index);
  add_pattern(filter, query, "name_pattern", "asset.name");
  add_instant_range(filter, query, "timestamp", "e.at");
  return filter;
}

Outcome<CreateAssetEvent> read_event(const Call& call) {
  CreateAssetEvent event;
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("asset_id");
  event.asset.value =
      body.integer("asset_id", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  event.extra = body.object("extra");
  if (event.extra.is_null()) event.extra = nlohmann::json::object();
  if (event.extra.contains("from_rest_api"))
    body.report("extra", "from_rest_api is set by the server", "value_error");
  event.extra["from_rest_api"] = true;
  event.partition_key = body.text("partition_key", max_partition_key);
  API_TRY(body.check());
  event.actor = call.actor();
  API_TRY_ASSIGN(auto key, idempotency_of(call, "asset_event"));
  event.idempotency_key = std::move(key.key);
  event.request_hash = std::move(key.request_hash);
  return event;
}

/// What waits, for the DAG and the asset that the path names.
Outcome<storage::Filter> queue_filter(Reader& reader, const Call& call) {
  storage::Filter filter;
  for (const auto& [name, value] : call.path) {
    if (name == "asset_id") {
      API_TRY_ASSIGN(const auto asset, require_asset(reader, call));
      filter.add_equal("q.asset", asset.row.id.value);
    } else {
      API_TRY_ASSIGN(const auto dag, require_dag(reader, value));
      filter.add_equal("q.dag", dag.row.key.value);
    }
  }
  return filter;
}

nlohmann::json queued_json(const storage::QueuedAsset& queued) {
  return {{"dag_id", queued.dag_id},
          {"asset_id", queued.asset.value},
          {"created_at", instant_json(queued.at)},
          {"dag_display_name", queued.display_name}};
}

Outcome<std::vector<storage::QueuedAsset>> find_queued(const Call& call) {
  Query query(call.request);
  const auto before = query.instant("before");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<std::vector<storage::QueuedAsset>> {
    API_TRY_ASSIGN(auto filter, queue_filter(reader, call));
    if (before) filter.add("q.at < ?", {to_micros(*before)});
    API_TRY_ASSIGN(auto queued, storage::list_queued_assets(reader, filter));
    return queued;
  });
}

}  // namespace

nlohmann::json asset_event_json(const storage::AssetEventRecord& event,
                                const std::vector<storage::ConsumingRun>& runs) {
  auto created = nlohmann::json::array();
  for (const auto& run : runs) created.push_back(run_reference_json(run));
  const auto& row = event.row;
  return {{"id", row.id},
          {"asset_id", row.asset.value},
          {"uri", event.uri},
          {"name", event.name},
          {"group", event.group},
          {"extra", row.extra},
          {"source_dag_id", text_or_null(row.source_dag_id)},
          {"source_run_id", text_or_null(row.source_run_id)},
          {"source_task_id", text_or_null(row.source_task_id)},
          {"source_map_index", row.source_map_index},
          {"created_dagruns", std::move(created)},
          {"timestamp", instant_json(row.at)},
          {"partition_key", text_or_null(row.partition_key)}};
}

Outcome<nlohmann::json> asset_events_json(Reader& reader, const Call& call,
                                          const std::vector<storage::AssetEventRecord>& events) {
  API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
  auto list = nlohmann::json::array();
  for (const auto& event : events) {
    API_TRY_ASSIGN(auto runs, storage::list_consuming_runs(reader, event.row));
    std::erase_if(runs, [&](const auto& run) { return !is_visible(visible, run.dag_id); });
    auto json = asset_event_json(event, runs);
    if (!is_visible(visible, event.row.source_dag_id))
      for (const char* name : {"source_dag_id", "source_run_id", "source_task_id"})
        json[name] = nullptr;
    list.push_back(std::move(json));
  }
  return list;
}

Outcome<http::Response> get_asset_events(Call& call) {
  Query query(call.request);
  auto filter = asset_event_filter(query);
  auto page = query.page();
  const auto order = query.order_by(storage::is_asset_event_order, {{"timestamp", false}});
  API_TRY(query.check());
  API_TRY(take_cursor(call, page));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "e.source_dag_id"));
    API_TRY_ASSIGN(const auto events, storage::list_asset_events(reader, filter, order, page));
    API_TRY_ASSIGN(auto list, asset_events_json(reader, call, events.rows));
    auto answer =
        collection_json("asset_events", std::move(list), events.total, events.total_is_exact);
    add_next_cursor(answer, call, events.next);
    return json_response(answer);
  });
}

Outcome<http::Response> create_asset_event(Call& call) {
  API_TRY_ASSIGN(auto event, read_event(call));
  API_TRY_ASSIGN(const auto answer, call.command(std::move(event)));
  const auto* made = std::get_if<AssetEventAnswer>(&answer);
  if (made == nullptr)
    return refuse(ErrorCode::internal, "the engine answered an asset's event without its id");
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto found, storage::find_asset_event(reader, made->event));
    if (!found) return refuse(ErrorCode::not_found, fmt::format("no event {}", made->event));
    API_TRY_ASSIGN(const auto list, asset_events_json(reader, call, {*found}));
    return json_response(list.front());
  });
}

Outcome<http::Response> get_upstream_asset_events(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto run,
                   require_run(reader, call.value("dag_id"), call.value("dag_run_id")));
    API_TRY_ASSIGN(const auto events,
                   storage::list_upstream_events(reader, run.row.id,
                                                 {.limit = max_upstream_events, .offset = 0}));
    API_TRY_ASSIGN(auto list, asset_events_json(reader, call, events.rows));
    return json_response(
        collection_json("asset_events", std::move(list), events.total, events.total_is_exact));
  });
}

Outcome<http::Response> get_queued_asset_events(Call& call) {
  API_TRY_ASSIGN(const auto queued, find_queued(call));
  auto list = nlohmann::json::array();
  for (const auto& one : queued) list.push_back(queued_json(one));
  return json_response(
      collection_json("queued_events", std::move(list), static_cast<std::int64_t>(queued.size())));
}

Outcome<http::Response> get_queued_asset_event(Call& call) {
  API_TRY_ASSIGN(const auto queued, find_queued(call));
  if (queued.empty())
    return refuse(ErrorCode::not_found,
                  fmt::format("no event of asset {} waits for a run of DAG \"{}\"",
                              call.value("asset_id"), call.value("dag_id")));
  return json_response(queued_json(queued.front()));
}

Outcome<http::Response> delete_queued_asset_events(Call& call) {
  Query query(call.request);
  DeleteQueuedAssetEvents command{.before = query.instant("before"), .actor = call.actor()};
  API_TRY(query.check());
  for (const auto& [name, value] : call.path) {
    if (name == "dag_id") command.dag_id = value;
    if (name != "asset_id") continue;
    API_TRY_ASSIGN(command.asset.value, call.integer("asset_id"));
    if (command.asset.value < 1)
      return refuse(ErrorCode::not_found, fmt::format("no asset {}", value));
  }
  API_TRY(call.command(std::move(command)));
  return http::Response{.status = 204};
}

}  // namespace weft::api
