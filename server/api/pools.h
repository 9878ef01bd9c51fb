#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/api/call.h"
#include "server/storage/queries/operations.h"

namespace weft::api {

/// Slots of one pool by what holds or wants them.
struct PoolUse {
  std::int64_t scheduled = 0, queued = 0, running = 0, deferred = 0;
};

/// By what has a worker, or is deferred where the pool counts that.
std::int64_t occupied_slots(const PoolRow& row, const PoolUse& use);

/// From committed states, by pool.
Outcome<std::map<std::string, PoolUse>> count_pool_use(storage::Reader& reader, const Call& call);
nlohmann::json pool_json(const PoolRow& row, const PoolUse& use);
/// Errors: not_found.
Outcome<PoolRow> require_pool(storage::Reader& reader, const std::string& name);
/// What a body says of a pool; what it leaves out stays as it is.
struct PoolFields {
  std::string name;
  std::optional<std::int32_t> slots;
  std::optional<std::string> description;
  std::optional<bool> include_deferred;

  PoolRow as_new() const;
  /// Without what the mask leaves out; an empty mask leaves out nothing.
  void lay_over(PoolRow& row, const std::vector<std::string>& mask) const;
};
/// All but the name, which a PoolBody and a PoolPatchBody call differently.
PoolFields read_pool_fields(Body& body);
/// A whole PoolBody.
PoolFields read_pool(Body& body);

Outcome<http::Response> pool_response(const Call& call, const std::string& name, int status);

}  // namespace weft::api
