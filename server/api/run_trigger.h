#pragma once

#include <string>
#include <string_view>

#include "server/api/call.h"

namespace weft::api {

/// Triggers a run of this DAG by the request's body and `?wait`; answers it.
Outcome<http::Response> trigger_run_of(Call& call, const std::string& dag_id);

/// What the header Idempotency-Key says; "" when it is absent.
struct IdempotencyKey {
  std::string key;           ///< with what it is for in front
  std::string request_hash;  ///< of the body
};
Outcome<IdempotencyKey> idempotency_of(const Call& call, std::string_view purpose);

}  // namespace weft::api
