#pragma once

#include <optional>

#include "server/auth/worker_keys.h"

namespace weft::auth {

/// How long the session that joined may ask once more.
inline constexpr Duration repeat_within = std::chrono::minutes(10);

/// May this caller, who is no key's, have a key for the name that the request has? `token` is the
/// join token if it came with one; `key` the one that the name has, `key_is_used` if its worker has
/// shown it. Pure. Errors: as WorkerKeys::join.
Result<void> check_join(const wire::RegisterRequest& request,
                        const std::optional<storage::JoinTokenRow>& token,
                        const std::optional<storage::WorkerKeyRow>& key, bool key_is_used,
                        Instant now);

/// Does the list of the only queues let it serve these? nullopt, or the one that it does not.
std::optional<std::string> foreign_queue(const std::vector<std::string>& only,
                                         const std::vector<std::string>& wanted);

}  // namespace weft::auth
