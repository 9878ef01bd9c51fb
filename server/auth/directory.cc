#include "server/auth/directory.h"

#include <algorithm>
#include <tuple>

#include "server/auth/token.h"

namespace weft::auth {
namespace {

constexpr Duration write_use_every = std::chrono::minutes(1);

constexpr std::size_t max_user_name = 250;
/// Of the path /users/me.
constexpr std::string_view reserved_name = "me";

}  // namespace

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= max_user_name && name != "." && name != ".." &&
         name != reserved_name && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("_.@+-").find(c) != std::string_view::npos;
         });
}

std::unique_lock<std::mutex> edit_users() {
  static std::mutex mutex;
  return std::unique_lock(mutex);
}

bool is_enabled_admin(const UserRow& user) {
  return !user.is_disabled && user.role == name_of(Role::admin);
}

bool is_last_admin(const std::vector<UserRow>& users, std::string_view name) {
  bool is_admin = false;
  for (const UserRow& user : users) {
    if (!is_enabled_admin(user)) continue;
    if (user.name != name) return false;
    is_admin = true;
  }
  return is_admin;
}

void Directory::load(std::vector<UserRow> users, std::vector<TokenRow> tokens) {
  users_.clear();
  tokens_.clear();
  ids_by_hash_.clear();
  for (UserRow& row : users) put(std::move(row));
  for (TokenRow& row : tokens) put(std::move(row));
}

void Directory::apply(const RecordChanged& changed) {
  if (const auto* user = std::get_if<UserRow>(&changed.to)) return put(*user);
  if (const auto* token = std::get_if<TokenRow>(&changed.to)) return put(*token);
  const auto* deleted = std::get_if<RecordDeleted>(&changed.to);
  if (deleted == nullptr) return;
  if (deleted->kind == RecordKind::user) remove_user(deleted->key);
  if (deleted->kind == RecordKind::token) remove_token(deleted->key);
}

void Directory::put(UserRow row) {
  User& user = users_[row.name];
  user.grants = grants_from(row.grants);
  user.row = std::move(row);
}

void Directory::put(TokenRow row) {
  remove_token(row.id);
  const auto user = users_.find(row.user);
  if (user == users_.end()) return;
  user->second.tokens.insert(row.id);
  ids_by_hash_[row.hash] = row.id;
  std::string id = row.id;
  tokens_.insert_or_assign(std::move(id), std::move(row));
}

void Directory::remove_user(const std::string& name) {
  const auto found = users_.find(name);
  if (found == users_.end()) return;
  const std::set<std::string> tokens = std::move(found->second.tokens);
  for (const std::string& id : tokens) remove_token(id);
  users_.erase(found);
}

void Directory::remove_token(const std::string& id) {
  const auto found = tokens_.find(id);
  if (found == tokens_.end()) return;
  ids_by_hash_.erase(found->second.hash);
  if (const auto user = users_.find(found->second.user); user != users_.end())
    user->second.tokens.erase(found->first);
  tokens_.erase(found);
}

bool Directory::is_valid(const TokenRow& token, const User& user, Instant now) const {
  if (user.row.is_disabled || (token.expires_at && *token.expires_at <= now)) return false;
  if (token.kind != TokenRow::Kind::session) return true;
  if (token.epoch != user.row.epoch) return false;
  const std::string_view maker = maker_of_session(token.name);
  if (maker.empty()) return true;
  const auto made_by = tokens_.find(maker);
  return made_by != tokens_.end() && is_valid(made_by->second, user, now);
}

std::optional<Caller> Directory::find(std::string_view token, Instant now) const {
  const std::string hash = token_hash(token);
  // What the walk down the map gives away by its time are parts of a hash, of which no token
  // follows.
  const auto id = ids_by_hash_.find(hash);
  if (id == ids_by_hash_.end()) return std::nullopt;
  if (!is_same(tokens_.find(id->second)->second.hash, hash)) return std::nullopt;
  return caller_of(id->second, now);
}

std::optional<Caller> Directory::caller_of(std::string_view token_id, Instant now) const {
  const auto token = tokens_.find(token_id);
  if (token == tokens_.end()) return std::nullopt;
  const TokenRow& row = token->second;
  const auto user = users_.find(row.user);
  if (user == users_.end() || !is_valid(row, user->second, now)) return std::nullopt;
  const UserRow& owner = user->second.row;
  Caller caller{.user = owner.name,
                .role = role_from(owner.role).value_or(Role::none),
                .grants = user->second.grants,
                .token_id = row.id,
                .is_session = row.kind == TokenRow::Kind::session,
                .expires_at = row.expires_at};
  // A word that this version does not know gives nothing.
  if (!row.role.empty()) caller.cap = role_from(row.role).value_or(Role::none);
  return caller;
}

std::optional<TokenRow> Directory::note_use(const std::string& token_id, Instant now) {
  const auto found = tokens_.find(token_id);
  if (found == tokens_.end()) return std::nullopt;
  TokenRow& row = found->second;
  if (row.last_used_at && now < *row.last_used_at + write_use_every) return std::nullopt;
  row.last_used_at = now;
  return row;
}

const UserRow* Directory::user(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second.row;
}

const TokenRow* Directory::token(std::string_view id) const {
  const auto found = tokens_.find(id);
  return found == tokens_.end() ? nullptr : &found->second;
}

std::vector<std::string> Directory::spent_sessions(std::string_view name, Instant now,
                                                   std::size_t keep, std::size_t most) const {
  const auto user = users_.find(name);
  if (user == users_.end()) return {};
  std::vector<std::string> spent;
  std::vector<const TokenRow*> live;
  for (const std::string& id : user->second.tokens) {
    const TokenRow& row = tokens_.find(id)->second;
    if (row.kind != TokenRow::Kind::session) continue;
    if (is_valid(row, user->second, now))
      live.push_back(&row);
    else
      spent.push_back(id);
  }
  std::sort(live.begin(), live.end(), [](const TokenRow* a, const TokenRow* b) {
    return std::tie(b->created_at, b->id) < std::tie(a->created_at, a->id);
  });
  for (std::size_t i = keep; i < live.size(); ++i) spent.push_back(live[i]->id);
  if (spent.size() > most) spent.resize(most);
  return spent;
}

}  // namespace weft::auth
