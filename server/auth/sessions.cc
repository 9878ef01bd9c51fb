#include "server/auth/sessions.h"

#include <algorithm>

#include "server/auth/token.h"

namespace weft::auth {
namespace {

/// More a user has not at once: the oldest end.
constexpr std::size_t max_sessions = 100;
/// Old ones that a sign-in clears away, at most.
constexpr std::size_t max_cleared = 20;

}  // namespace

void Sessions::open(const UserRow& user, const NewSession& wanted,
                    std::function<void(Result<OpenedSession>)> done) {
  const Instant now = clock_.now().wall;
  const Actor actor{user.name, wanted.remote};
  const auto clear = [&](const std::string& id, const char* why) {
    engine_.post(DeleteRecord{.kind = RecordKind::token, .key = id, .actor = actor, .detail = why},
                 {});
  };
  for (const std::string& id :
       directory_.spent_sessions(user.name, now, max_sessions - 1, max_cleared))
    if (id != wanted.replaces) clear(id, "a session that is over");
  if (!wanted.replaces.empty()) clear(wanted.replaces, "another sign-in in its place");
  OpenedSession opened{make_token(), user.name, now + length};
  if (wanted.at_most) opened.expires_at = std::min(opened.expires_at, *wanted.at_most);
  TokenRow row{.id = make_token_id(),
               .hash = token_hash(opened.token),
               .kind = TokenRow::Kind::session,
               .user = user.name,
               .name = wanted.maker.empty() ? "" : name_of_session(wanted.maker),
               .role = wanted.role,
               .epoch = user.epoch,
               .created_at = now,
               .expires_at = opened.expires_at};
  engine_.post(PutRecord{.record = std::move(row),
                         .mode = PutRecord::Mode::create,
                         .actor = actor,
                         .action = "sign_in",
                         .detail = wanted.detail},
               [opened = std::move(opened), done = std::move(done)](const Result<Answer>& answer) {
                 if (!answer) return done(tl::make_unexpected(answer.error()));
                 done(opened);
               });
}

void Sessions::end(const Caller& session, const std::string& remote,
                   std::function<void(Result<void>)> done) {
  const TokenRow* const known = directory_.token(session.token_id);
  if (known == nullptr) return done({});
  const Actor actor{session.user, remote};
  TokenRow row = *known;
  row.expires_at = clock_.now().wall;
  engine_.post(PutRecord{.record = std::move(row),
                         .mode = PutRecord::Mode::update,
                         .actor = actor,
                         .action = "sign_out"},
               {});
  // For good: a note of its use that comes late must not bring it back.
  engine_.post(DeleteRecord{.kind = RecordKind::token,
                            .key = session.token_id,
                            .actor = actor,
                            .detail = "signed out",
                            .is_audited = false},
               [done = std::move(done)](const Result<Answer>& answer) {
                 if (!answer && answer.error().code != ErrorCode::not_found)
                   return done(tl::make_unexpected(answer.error()));
                 done({});
               });
}

}  // namespace weft::auth
