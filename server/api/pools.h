#pragma once

#include <map>
#include <string>

#include "server/api/call.h"
#include "server/storage/queries/operations.h"

namespace weft::api {

/// Slots of one pool by what holds or wants them.
struct PoolUse {
  std::int64_t scheduled = 0, queued = 0, running = 0, deferred = 0;
};

/// From committed states, by pool.
Outcome<std::map<std::string, PoolUse>> count_pool_use(storage::Reader& reader, const Call& call);
nlohmann::json pool_json(const PoolRow& row, const PoolUse& use);
/// Errors: not_found.
Outcome<PoolRow> require_pool(storage::Reader& reader, const std::string& name);
Outcome<http::Response> pool_response(const Call& call, const std::string& name, int status);

}  // namespace weft::api
