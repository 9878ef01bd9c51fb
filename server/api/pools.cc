#include "server/api/pools.h"

#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"

namespace weft::api {
namespace {

using storage::Reader;

void count(PoolUse& use, TaskState state, std::int64_t slots) {
  switch (state) {
    case TaskState::scheduled: use.scheduled += slots; break;
    case TaskState::queued: use.queued += slots; break;
    case TaskState::running:
    case TaskState::restarting: use.running += slots; break;
    case TaskState::deferred: use.deferred += slots; break;
    default: break;
  }
}

}  // namespace

Outcome<std::map<std::string, PoolUse>> count_pool_use(Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto active, storage::count_active_tasks(reader));
  std::map<std::string, PoolUse> pools;
  for (const auto& entry : active) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, entry.version));
    const Task* task = dag->find_task(entry.task_id);
    if (task != nullptr) count(pools[task->pool], entry.state, entry.count * task->pool_slots);
  }
  return pools;
}

std::int64_t occupied_slots(const PoolRow& row, const PoolUse& use) {
  return use.queued + use.running + (row.include_deferred ? use.deferred : 0);
}

nlohmann::json pool_json(const PoolRow& row, const PoolUse& use) {
  const auto occupied = occupied_slots(row, use);
  const auto open = row.slots < 0 ? std::int64_t{-1} : row.slots - occupied;
  return {{"name", row.name},
          {"slots", row.slots},
          {"description", text_or_null(row.description)},
          {"include_deferred", row.include_deferred},
          {"team_name", nullptr},
          {"occupied_slots", occupied},
          {"running_slots", use.running},
          {"queued_slots", use.queued},
          {"scheduled_slots", use.scheduled},
          {"open_slots", open},
          {"deferred_slots", use.deferred}};
}

Outcome<PoolRow> require_pool(Reader& reader, const std::string& name) {
  API_TRY_ASSIGN(auto pool, storage::find_pool(reader, name));
  if (!pool) return refuse(ErrorCode::not_found, fmt::format("no pool \"{}\"", name));
  return std::move(*pool);
}

Outcome<http::Response> pool_response(const Call& call, const std::string& name, int status) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto pool, require_pool(reader, name));
    API_TRY_ASSIGN(auto use, count_pool_use(reader, call));
    return json_response(pool_json(pool, use[name]), status);
  });
}

Outcome<http::Response> get_pools(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_pool_order, {{"id", false}});
  storage::Filter filter;
  add_pattern(filter, query, "pool_name_pattern", "name");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto pools, storage::list_pools(reader, filter, order, page));
    API_TRY_ASSIGN(auto use, count_pool_use(reader, call));
    auto list = nlohmann::json::array();
    for (const auto& pool : pools.rows) list.push_back(pool_json(pool, use[pool.name]));
    return json_response(
        collection_json("pools", std::move(list), pools.total, pools.total_is_exact));
  });
}

Outcome<http::Response> get_pool(Call& call) {
  return pool_response(call, call.value("pool_name"), 200);
}

}  // namespace weft::api
