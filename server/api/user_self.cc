// What callers see and change of themselves.

#include <fmt/format.h>

#include <algorithm>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/records.h"
#include "server/api/users.h"
#include "server/auth/directory.h"
#include "server/storage/queries/records.h"

namespace weft::api {
namespace {

using auth::Role;

/// Errors: unauthenticated (wrong), unavailable (others are at work), resource_exhausted.
Outcome<void> check_old(const Call& call, const UserRow& user, const std::string& password) {
  const Duration now = call.deps.clock.now().steady;
  if (call.deps.throttle.is_full(user.name, call.request.remote, now))
    return refuse(ErrorCode::resource_exhausted, "too many wrong tries: wait some minutes");
  const auto slot = auth::PasswordSlot::take();
  if (!slot) return refuse(ErrorCode::unavailable, "other passwords are looked at; try again");
  if (auth::is_password(user.password_hash, password)) return {};
  call.deps.throttle.add_wrong(user.name, call.request.remote, now);
  return refuse(ErrorCode::permission_denied, "the old password is wrong");
}

}  // namespace

Outcome<http::Response> get_user_me(Call& call) {
  API_TRY_ASSIGN(const auto row, require_user(call, call.caller.user));
  const Role cap = call.caller.cap.value_or(Role::admin);
  auto grants = call.caller.grants;
  for (auto& grant : grants) grant.role = std::min(grant.role, cap);
  return json_response({{"username", row.name},
                        {"display_name", text_or_null(row.display_name)},
                        {"role", role_json(auth::name_of(auth::role_over_everything(call.caller)))},
                        {"grants", auth::grants_json(grants)},
                        {"has_password", !row.password_hash.empty()},
                        {"token_id", call.caller.token_id}});
}

Outcome<http::Response> change_password(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("old_password");
  body.require("new_password");
  const auto old_password = body.text("old_password", auth::max_password);
  const auto new_password = read_password(body, "new_password");
  API_TRY(body.check());
  API_TRY_ASSIGN(const auto known, require_user(call, call.caller.user));
  if (known.password_hash.empty())
    return refuse(ErrorCode::conflict, "you sign in elsewhere: there is no password here");
  API_TRY(check_old(call, known, *old_password));
  API_TRY_ASSIGN(auto hash, hash_of(call, *new_password));
  const auto lock = auth::edit_users();
  API_TRY_ASSIGN(auto row, require_user(call, call.caller.user));
  if (row.password_hash != known.password_hash)
    return refuse(ErrorCode::conflict, "the password was changed at the same time");
  row.password_hash = std::move(hash);
  ++row.epoch;
  row.updated_at = call.deps.clock.now().wall;
  API_TRY(call.command(PutRecord{.record = std::move(row),
                                 .mode = PutRecord::Mode::update,
                                 .actor = call.actor(),
                                 .action = "change_password"}));
  return no_content();
}

}  // namespace weft::api
