#include <limits>

#include "server/api/bulk.h"
#include "server/api/conditional.h"
#include "server/api/handlers.h"
#include "server/api/pools.h"
#include "server/api/records.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_name = 256;
constexpr std::size_t max_description = 10'000;
constexpr std::int64_t max_slots = std::numeric_limits<std::int32_t>::max();
/// What an update_mask may name.
constexpr std::string_view pool_fields[] = {"slots", "description", "include_deferred", "pool",
                                            "name"};

}  // namespace

PoolRow PoolFields::as_new() const {
  PoolRow row{.name = name};
  lay_over(row, {});
  return row;
}

void PoolFields::lay_over(PoolRow& row, const std::vector<std::string>& mask) const {
  if (slots && in_mask(mask, "slots")) row.slots = *slots;
  if (description && in_mask(mask, "description")) row.description = *description;
  if (include_deferred && in_mask(mask, "include_deferred"))
    row.include_deferred = *include_deferred;
}

PoolFields read_pool_fields(Body& body) {
  PoolFields fields;
  if (const auto slots = body.integer("slots", -1, max_slots))
    fields.slots = static_cast<std::int32_t>(*slots);
  fields.description = body.text("description", max_description);
  if (!fields.description && body.has("description")) fields.description = "";
  fields.include_deferred = body.boolean("include_deferred");
  refuse_team(body);
  return fields;
}

PoolFields read_pool(Body& body) {
  for (const auto* name : {"name", "slots"}) body.require(name);
  auto fields = read_pool_fields(body);
  fields.name = body.text("name", max_name).value_or("");
  return fields;
}

Outcome<http::Response> post_pool(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto fields = read_pool(body);
  API_TRY(body.check());
  API_TRY(
      call.command(PutPool{.pool = fields.as_new(), .create_only = true, .actor = call.actor()}));
  return pool_response(call, fields.name, 201);
}

Outcome<http::Response> patch_pool(Call& call) {
  const auto mask = Query(call.request).texts("update_mask");
  const auto& name = call.value("pool_name");
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto new_name = body.text("pool", max_name);
  const auto fields = read_pool_fields(body);
  if (new_name && *new_name != name && in_mask(mask, "pool"))
    body.report("pool", "A pool cannot be renamed; create another", "value_error");
  API_TRY(body.check());
  API_TRY(check_mask(mask, "pool", pool_fields));
  const auto turn = take_record_turn(call, "pool", name);
  API_TRY_ASSIGN(auto row, call.read([&](Reader& reader) { return require_pool(reader, name); }));
  fields.lay_over(row, mask);
  API_TRY(call.command(PutPool{.pool = std::move(row), .actor = call.actor()}));
  return pool_response(call, name, 200);
}

Outcome<http::Response> delete_pool(Call& call) {
  const auto& name = call.value("pool_name");
  const auto turn = take_record_turn(call, "pool", name);
  API_TRY(call.command(DeletePool{.name = name, .actor = call.actor()}));
  return no_content();
}

namespace {

/// What run_bulk asks of pools.
struct PoolBulk {
  using Entity = PoolFields;
  static constexpr std::string_view noun = "pool";

  static Entity read(Body& body) { return read_pool(body); }
  static const std::string& key(const Entity& pool) { return pool.name; }
  static Entity named(const std::string& name) { return {.name = name}; }

  Outcome<bool> exists(const std::string& name) const {
    API_TRY_ASSIGN(const auto found,
                   call.read([&](Reader& reader) { return storage::find_pool(reader, name); }));
    return found.has_value();
  }
  Outcome<void> create(const Entity& pool, bool overwrite) const {
    const auto turn = take_record_turn(call, noun, pool.name);
    API_TRY(call.command(
        PutPool{.pool = pool.as_new(), .create_only = !overwrite, .actor = call.actor()}));
    return {};
  }
  Outcome<void> update(const Entity& pool, const std::vector<std::string>& mask) const {
    API_TRY(check_mask(mask, noun, pool_fields));
    const auto turn = take_record_turn(call, noun, pool.name);
    API_TRY_ASSIGN(auto row,
                   call.read([&](Reader& reader) { return require_pool(reader, pool.name); }));
    pool.lay_over(row, mask);
    API_TRY(call.command(PutPool{.pool = std::move(row), .actor = call.actor()}));
    return {};
  }
  Outcome<void> remove(const Entity& pool) const {
    const auto turn = take_record_turn(call, noun, pool.name);
    API_TRY(call.command(DeletePool{.name = pool.name, .actor = call.actor()}));
    return {};
  }

  const Call& call;
};

}  // namespace

Outcome<http::Response> bulk_pools(Call& call) {
  return run_bulk(call, PoolBulk{call});
}

}  // namespace weft::api
