// Whose call it is: what lets a worker in, and what keeps workers apart.

#include <utility>

#include "server/dispatch/dispatch.h"
#include "server/net/problem.h"

namespace weft::dispatch {
namespace {

http::Response revoked(const std::string& worker) {
  return http::problem(401, "unauthenticated", "the worker \"" + worker + "\" was revoked");
}

http::Response foreign(const std::string& what) {
  return http::problem(403, "permission_denied", what + " belongs to another worker");
}

}  // namespace

/// A session that nobody has is no secret: its worker may have to register again.
std::optional<http::Response> Dispatch::refuse(const auth::WorkerCaller& caller,
                                               const std::string& session) const {
  const auto owner = owners_.find(session);
  if (owner == owners_.end())
    return http::problem(404, "not_found", "unknown session: register again");
  if (keys_.may_speak_for(caller, owner->second)) return std::nullopt;
  const bool is_revoked = keys_.standing(owner->second) == auth::Standing::revoked;
  const bool has_token = caller.by == auth::WorkerCaller::By::worker_token;
  return is_revoked && has_token ? revoked(owner->second) : foreign("the session");
}

MaySpeakFor Dispatch::may_of(const auth::WorkerCaller& caller) const {
  return [this, caller](const std::string& worker) { return keys_.may_speak_for(caller, worker); };
}

/// A key is on disk before its worker is registered: whoever cannot have one registers nothing.
void Dispatch::join(wire::RegisterRequest request, const auth::WorkerCaller& caller,
                    std::string remote, http::Respond respond) {
  auto shared = std::make_shared<wire::RegisterRequest>(std::move(request));
  const bool accepted =
      options_.background([this, shared, caller, remote = std::move(remote), respond] {
        auto key = keys_.join(caller, *shared, remote);
        loop_.post([this, shared, key = std::move(key), respond]() mutable {
          if (!key) return respond(http::problem(key.error()));
          post_register(std::move(*shared), std::move(*key), std::move(respond));
        });
      });
  if (!accepted)
    respond(http::problem(503, "unavailable", "the server has too much to write; try again"));
}

/// The engine takes no result of another worker's attempt. Only then it is worth a look whether it
/// was one, which is refused, or the worker's own that is over.
bool Dispatch::look_whose(const Call& call, const Result<Answer>& answer) {
  if (!answer) return false;
  const auto& verdicts = std::get<SessionAnswer>(*answer).verdicts;
  std::vector<AttemptId> refused;
  for (std::size_t i = 0; i < verdicts.size() && i < call.attempts.size(); ++i)
    if (verdicts[i] == wire::Verdict::superseded) refused.push_back(call.attempts[i]);
  if (refused.empty()) return false;
  auto shared_call = std::make_shared<Call>(call);
  auto shared_answer = std::make_shared<Result<Answer>>(answer);
  return options_.background([this, shared_call, shared_answer, refused = std::move(refused),
                              may = may_of(shared_call->caller)] {
    bool is_foreign = false;
    for (const AttemptId attempt : refused) {
      const auto worker = logs_.worker_of(attempt);
      is_foreign = is_foreign || (worker && !may(*worker));
    }
    loop_.post([this, shared_call, shared_answer, is_foreign] {
      if (is_foreign)
        *shared_answer = fail(ErrorCode::permission_denied,
                              "a result is of an attempt that was leased to another worker");
      answer_results(std::move(*shared_call), std::move(*shared_answer));
    });
  });
}

void Dispatch::cut_off(const std::string& worker) {
  std::vector<std::string> sessions;
  for (const auto& [session, owner] : owners_)
    if (owner == worker) sessions.push_back(session);
  for (const std::string& id : sessions) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) continue;
    const std::optional<Poll> poll = std::move(found->second.poll);
    sessions_.erase(found);
    if (poll) poll->respond(revoked(worker));
  }
}

}  // namespace weft::dispatch
