#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "proto/wire/worker.h"
#include "server/auth/worker_keys.h"
#include "server/net/http.h"

namespace weft::dispatch {

/// What is wrong with a registration, as the answer to it: another protocol (426), another
/// database (409), a field out of bounds (422). nullopt when it is fine.
std::optional<http::Response> check_register(const wire::RegisterRequest& request,
                                             std::string_view database_id);

/// The same, of what a worker asks for that has a key: another name, or a queue that its join token
/// did not let it serve (403).
std::optional<http::Response> check_key(const wire::RegisterRequest& request,
                                        const auth::WorkerCaller& caller);

/// `/attempts/{id}/log` beneath the protocol's path; nullopt when the path is another.
std::optional<AttemptId> attempt_of_log_path(std::string_view rest);

/// A non-negative integer in decimal, nothing else.
std::optional<std::int64_t> parse_number(std::string_view text);

}  // namespace weft::dispatch
