#include "server/auth/first_account.h"

#include "server/auth/directory.h"
#include "server/auth/token.h"
#include "server/auth/token_file.h"
#include "server/storage/queries/records.h"

namespace weft::auth {
namespace {

/// A reset takes the one of this name out of use.
constexpr const char* first_token_id = "admin-token";

Result<void> write_account(UserRow user, const std::string& token, const char* action,
                           PasswordCost cost, Engine& engine, Instant now) {
  user.name = admin_name;
  user.role = name_of(Role::admin);
  if (!user.grants.is_array()) user.grants = nlohmann::json::array();
  user.password_hash = hash_password(token, cost);
  user.provider.clear();
  user.is_disabled = false;
  user.updated_at = now;
  const TokenRow row{.id = first_token_id,
                     .hash = token_hash(token),
                     .user = user.name,
                     .name = "the file admin-token",
                     .created_at = now};
  const Actor actor{"server", ""};
  TRY(engine.call(PutRecord{.record = std::move(user), .actor = actor, .action = action}));
  const auto gone = engine.call(
      DeleteRecord{.kind = RecordKind::token, .key = first_token_id, .actor = actor, .detail = ""});
  if (!gone && gone.error().code != ErrorCode::not_found) return tl::make_unexpected(gone.error());
  TRY(engine.call(PutRecord{.record = row, .actor = actor, .action = "create_token"}));
  return {};
}

}  // namespace

Result<std::string> set_up_first_account(const FirstAccountOptions& options, Engine& engine,
                                         storage::Readers& readers, Instant now) {
  TRY_ASSIGN(auto users, readers.with(storage::all_users));
  if (users.empty() || options.reset) {
    TRY_ASSIGN(auto token, options.reset ? make_token_file(options.token_path)
                                         : load_or_make_token(options.token_path));
    UserRow user{.created_at = now};
    const bool is_new = users.empty();
    for (UserRow& known : users)
      if (known.name == admin_name) user = std::move(known);
    user.epoch += 1;
    TRY(write_account(std::move(user), token, is_new ? "create_user" : "reset_admin", options.cost,
                      engine, now));
    return token;
  }
  TRY_ASSIGN(auto token, load_token(options.token_path));
  TRY_ASSIGN(auto tokens, readers.with(storage::all_tokens));
  Directory directory;
  directory.load(std::move(users), std::move(tokens));
  if (!directory.find(token, now)) token.clear();
  return token;
}

}  // namespace weft::auth
