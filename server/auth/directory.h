#pragma once

// Users and tokens in memory: who a token stands for, without a look into the database. It follows
// the engine's commits by their effects, which are posted to the loop before the replies: when the
// answer to a revocation leaves, the token is refused already.

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/auth/role.h"
#include "server/core/scheduler/change.h"

namespace weft::auth {

/// Letters, digits and _ . @ + - only; not "me", which is a path.
bool is_user_name(std::string_view name);

/// Held from the read of a user to the write of it, by whoever does so outside of the engine: two
/// edits at once would else undo each other, or leave no admin.
std::unique_lock<std::mutex> edit_users();

/// Has the role admin over everything, and may sign in.
bool is_enabled_admin(const UserRow& user);
/// Would nobody of all these users be an enabled admin without this one? Under edit_users().
bool is_last_admin(const std::vector<UserRow>& users, std::string_view name);

/// Only the loop's thread, once that runs.
class Directory {
 public:
  void load(std::vector<UserRow> users, std::vector<TokenRow> tokens);
  /// Variables and connections pass by.
  void apply(const RecordChanged& changed);

  /// Whom the token stands for; nullopt: it is unknown or expired, its user is disabled, or it is a
  /// session from before the user's last change of password, or of another token that is gone.
  std::optional<Caller> find(std::string_view token, Instant now) const;
  /// The same by the token's id.
  std::optional<Caller> caller_of(std::string_view token_id, Instant now) const;

  /// The token was used. Its row to be written back, at most once a minute.
  std::optional<TokenRow> note_use(const std::string& token_id, Instant now);

  /// Null: there is none. Valid until the next change.
  const UserRow* user(std::string_view name) const;

  /// By its id; null and valid as above.
  const TokenRow* token(std::string_view id) const;

  /// Sessions of the user that are over, and the oldest of those beyond `keep`; at most `most`.
  std::vector<std::string> spent_sessions(std::string_view user, Instant now, std::size_t keep,
                                          std::size_t most) const;

 private:
  struct User {
    UserRow row;
    std::vector<Grant> grants;
    std::set<std::string> tokens;  ///< their ids
  };
  void put(UserRow row);
  void put(TokenRow row);
  void remove_user(const std::string& name);
  void remove_token(const std::string& id);
  bool is_valid(const TokenRow& token, const User& user, Instant now) const;

  std::map<std::string, User, std::less<>> users_;
  std::map<std::string, TokenRow, std::less<>> tokens_;  ///< by id
  std::map<std::string, std::string, std::less<>> ids_by_hash_;
};

}  // namespace weft::auth
