#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/openapi_text.h"
#include "server/core/dag/parse.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

bool storage_answers(const Call& call) {
  const auto counted = call.read([](Reader& reader) { return storage::count_pools(reader); });
  return counted.has_value();
}

/// Wall time at which the engine answered.
std::optional<Instant> engine_answers(const Call& call) {
  std::optional<Instant> at;
  if (!call.deps.engine.ask([&](const Scheduler&, Now now) { at = now.wall; })) return std::nullopt;
  return at;
}

std::string_view health(bool is_healthy) {
  return is_healthy ? "healthy" : "unhealthy";
}

/// What is left for the data. It is well as long as it is not low.
nlohmann::json disk_json(const storage::DiskWatch& watch) {
  const auto room = storage::disk_room(watch.folder);
  if (!room) return nullptr;
  return {{"status", health(!storage::is_low(watch, *room))},
          {"free_bytes", room->free_bytes},
          {"total_bytes", room->total_bytes}};
}

http::Response text_response(std::string_view text) {
  http::Response response;
  response.headers.emplace_back("content-type", "application/json");
  response.body = std::string(text);
  return response;
}

}  // namespace

Outcome<http::Response> get_health(Call& call) {
  const auto heartbeat = engine_answers(call);
  auto response =
      json_response({{"metadatabase", {{"status", health(storage_answers(call))}}},
                     {"scheduler",
                      {{"status", health(heartbeat.has_value())},
                       {"latest_scheduler_heartbeat", instant_json(heartbeat)}}},
                     {"triggerer", {{"status", nullptr}, {"latest_triggerer_heartbeat", nullptr}}},
                     {"dag_processor", nullptr},
                     {"disk", disk_json(call.deps.disk)}});
  // Each call finds a newer heartbeat: an ETag of it would never come back.
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

Outcome<http::Response> get_version(Call& call) {
  return json_response(
      {{"version", call.deps.version}, {"git_version", text_or_null(call.deps.git_version)}});
}

Outcome<http::Response> get_healthz(Call&) {
  return json_response({{"status", "ok"}});
}

Outcome<http::Response> get_readyz(Call& call) {
  if (!storage_answers(call)) return refuse(ErrorCode::unavailable, "the database does not answer");
  if (!engine_answers(call)) return refuse(ErrorCode::unavailable, "the scheduler is stopping");
  return json_response({{"status", "ready"}});
}

Outcome<http::Response> get_openapi(Call&) {
  return text_response(openapi_text());
}

Outcome<http::Response> get_dag_schema(Call&) {
  return text_response(dag_schema_text());
}

}  // namespace weft::api
