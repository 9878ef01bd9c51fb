#include "server/auth/worker_join.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::auth {
namespace {

using storage::JoinTokenRow;
using storage::WorkerKeyRow;

constexpr int first_with_keys = 2;  ///< of the protocol

/// The answer to the first call may have got lost: nobody else knows the session.
bool is_repeat(const wire::RegisterRequest& request, const WorkerKeyRow& key, bool key_is_used,
               const std::string& token_id, Instant now) {
  return !key.revoked_at && !key_is_used && key.session == request.session &&
         key.join_token == token_id && now < key.created_at + repeat_within;
}

tl::unexpected<Error> is_shut(const std::string& worker) {
  return fail(ErrorCode::unauthenticated,
              fmt::format("the worker \"{}\" was revoked: an admin lets it in again with `weft "
                          "workers invite --name {}`",
                          worker, worker));
}

Result<void> check_token(const wire::RegisterRequest& request, const JoinTokenRow& token,
                         bool is_repeated, Instant now) {
  if (token.expires_at <= now)
    return fail(ErrorCode::unauthenticated,
                fmt::format("the join token {} has expired: ask for another", token.id));
  if (token.is_once && token.used_at && !is_repeated)
    return fail(ErrorCode::unauthenticated,
                fmt::format("the join token {} was used already, by the worker \"{}\": it lets one "
                            "in; ask for another",
                            token.id, token.used_by));
  if (request.protocol < first_with_keys)
    return fail(ErrorCode::invalid_argument,
                "a join token is exchanged for a key, of which this worker's version knows "
                "nothing: update the worker");
  if (!token.worker.empty() && token.worker != request.name)
    return fail(ErrorCode::permission_denied,
                fmt::format("the join token {} is for the worker \"{}\", not for \"{}\"", token.id,
                            token.worker, request.name));
  if (const auto foreign = foreign_queue(token.queues, request.queues))
    return fail(ErrorCode::permission_denied,
                fmt::format("the join token {} does not let a worker serve the queue \"{}\"",
                            token.id, *foreign));
  return {};
}

}  // namespace

std::optional<std::string> foreign_queue(const std::vector<std::string>& only,
                                         const std::vector<std::string>& wanted) {
  if (only.empty()) return std::nullopt;
  for (const std::string& queue : wanted)
    if (std::find(only.begin(), only.end(), queue) == only.end()) return queue;
  return std::nullopt;
}

Result<void> check_join(const wire::RegisterRequest& request,
                        const std::optional<JoinTokenRow>& token,
                        const std::optional<WorkerKeyRow>& key, bool key_is_used, Instant now) {
  const bool is_revoked = key && key->revoked_at;
  if (!token) return is_revoked ? Result<void>(is_shut(request.name)) : Result<void>();
  const bool is_repeated = key && is_repeat(request, *key, key_is_used, token->id, now);
  TRY(check_token(request, *token, is_repeated, now));
  if (!key || is_repeated) return {};
  const bool names_it = token->worker == request.name;
  if (is_revoked) {
    const bool is_newer = token->created_at >= *key->revoked_at;
    return names_it && is_newer ? Result<void>() : Result<void>(is_shut(request.name));
  }
  if (names_it) return {};
  return fail(ErrorCode::conflict,
              fmt::format("there is a worker \"{}\" with a key: choose another --name, or take "
                          "this one over with a token of `weft workers invite --name {}`",
                          request.name, request.name));
}

}  // namespace weft::auth
