#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "server/api/handlers.h"
#include "server/api/pools.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_name = 250;
constexpr std::size_t max_description = 10'000;
constexpr std::int64_t max_slots = std::numeric_limits<std::int32_t>::max();

bool in_mask(const std::vector<std::string>& mask, std::string_view name) {
  return mask.empty() || std::find(mask.begin(), mask.end(), name) != mask.end();
}

void refuse_teams(Body& body) {
  if (body.text("team_name"))
    body.report("team_name", "Teams do not exist here; leave it out", "value_error");
}

Outcome<void> check_mask(const std::vector<std::string>& mask) {
  for (const auto& field : mask)
    if (field != "slots" && field != "description" && field != "include_deferred" &&
        field != "pool" && field != "name")
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: a pool has no field \"{}\" that can be changed",
                                field.substr(0, 100)));
  return {};
}

}  // namespace

Outcome<http::Response> post_pool(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  for (const auto* name : {"name", "slots"}) body.require(name);
  const auto name = body.text("name", max_name);
  const auto slots = body.integer("slots", -1, max_slots);
  const auto description = body.text("description", max_description);
  const auto include_deferred = body.boolean("include_deferred");
  refuse_teams(body);
  API_TRY(body.check());
  PoolRow row{.name = *name,
              .slots = static_cast<std::int32_t>(*slots),
              .include_deferred = include_deferred.value_or(false),
              .description = description.value_or("")};
  API_TRY(call.command(PutPool{.pool = row, .create_only = true, .actor = call.actor()}));
  return pool_response(call, row.name, 201);
}

Outcome<http::Response> patch_pool(Call& call) {
  const auto mask = Query(call.request).texts("update_mask");
  const auto& name = call.value("pool_name");
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto new_name = body.text("pool", max_name);
  const auto slots = body.integer("slots", -1, max_slots);
  const auto description = body.text("description", max_description);
  const bool has_description = body.has("description");
  const auto include_deferred = body.boolean("include_deferred");
  refuse_teams(body);
  if (new_name && *new_name != name && in_mask(mask, "pool"))
    body.report("pool", "A pool cannot be renamed; create another", "value_error");
  API_TRY(body.check());
  API_TRY(check_mask(mask));
  API_TRY_ASSIGN(auto row, call.read([&](Reader& reader) { return require_pool(reader, name); }));
  if (slots && in_mask(mask, "slots")) row.slots = static_cast<std::int32_t>(*slots);
  if (has_description && in_mask(mask, "description")) row.description = description.value_or("");
  if (include_deferred && in_mask(mask, "include_deferred"))
    row.include_deferred = *include_deferred;
  API_TRY(call.command(PutPool{.pool = std::move(row), .actor = call.actor()}));
  return pool_response(call, name, 200);
}

Outcome<http::Response> delete_pool(Call& call) {
  API_TRY(call.command(DeletePool{.name = call.value("pool_name"), .actor = call.actor()}));
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace weft::api
