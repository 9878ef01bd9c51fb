#include "server/auth/worker_keys.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "server/auth/token.h"
#include "server/auth/worker_join.h"
#include "server/storage/writer.h"

namespace weft::auth {
namespace {

using nlohmann::json;
using storage::JoinTokenRow;
using storage::WorkerKeyRow;
using storage::Writer;

constexpr std::size_t max_join_tokens = 1'000;
/// A join token is listed so long after its end.
constexpr Duration keep_ended = std::chrono::hours(24 * 30);

AuditRow audit_of(const Actor& actor, const char* action, const json& detail, Instant at) {
  return {.at = at,
          .actor = actor.name,
          .remote = actor.remote,
          .action = action,
          .detail = detail.dump(-1, ' ', false, json::error_handler_t::replace)};
}

/// A user's name has no colon.
Actor actor_of(const std::string& worker, const std::string& remote) {
  return {"worker:" + worker, remote};
}

json said_of(const JoinTokenRow& row) {
  return {{"id", row.id},
          {"worker_name", row.worker.empty() ? json() : json(row.worker)},
          {"queues", row.queues},
          {"is_single_use", row.is_once},
          {"expires_at", format_instant_z(row.expires_at)}};
}

}  // namespace

WorkerKeys::WorkerKeys(std::string_view worker_token, Store store, Dropped dropped)
    : worker_token_(token_hash(worker_token)),
      store_(std::move(store)),
      dropped_(std::move(dropped)) {}

void WorkerKeys::load(std::vector<JoinTokenRow> tokens, std::vector<WorkerKeyRow> keys) {
  for (JoinTokenRow& row : tokens) keep(std::move(row));
  for (WorkerKeyRow& row : keys) keep(std::move(row));
}

void WorkerKeys::keep(JoinTokenRow row) {
  const std::lock_guard lock(mutex_);
  tokens_by_hash_[row.hash] = row.id;
  std::string id = row.id;
  tokens_.insert_or_assign(std::move(id), std::move(row));
}

/// The hash of a key that was revoked stays, so that its worker is told why it is refused.
void WorkerKeys::keep(WorkerKeyRow row) {
  const std::lock_guard lock(mutex_);
  if (const auto old = keys_.find(row.worker); old != keys_.end())
    keys_by_hash_.erase(old->second.row.hash);
  if (!row.hash.empty()) keys_by_hash_[row.hash] = row.worker;
  std::string worker = row.worker;
  keys_.insert_or_assign(std::move(worker), Key{std::move(row)});
}

void WorkerKeys::forget_key(const std::string& worker) {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(worker);
  if (found == keys_.end()) return;
  keys_by_hash_.erase(found->second.row.hash);
  keys_.erase(found);
}

/// What the walks down the maps give away by their time are parts of a hash, of which no token
/// follows.
tl::expected<WorkerCaller, std::string> WorkerKeys::identify(std::string_view token, Instant now) {
  const auto no = [](std::string words) { return tl::make_unexpected(std::move(words)); };
  const std::string hash = token_hash(token);
  if (is_same(hash, worker_token_)) return WorkerCaller{};
  const std::lock_guard lock(mutex_);
  if (const auto name = keys_by_hash_.find(hash); name != keys_by_hash_.end()) {
    Key& key = keys_.find(name->second)->second;
    if (key.row.revoked_at)
      return no(
          fmt::format("the key of the worker \"{}\" was revoked: an admin lets it in again "
                      "with `weft workers invite --name {}`",
                      key.row.worker, key.row.worker));
    key.is_used = true;
    return WorkerCaller{
        .by = WorkerCaller::By::key, .worker = key.row.worker, .queues = key.row.queues};
  }
  const auto id = tokens_by_hash_.find(hash);
  if (id == tokens_by_hash_.end()) return no("");
  if (tokens_.find(id->second)->second.expires_at <= now)
    return no(fmt::format("the join token {} has expired: ask for another", id->second));
  return WorkerCaller{.by = WorkerCaller::By::join_token, .token_id = id->second};
}

Standing WorkerKeys::standing(const std::string& worker) const {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(worker);
  if (found == keys_.end()) return Standing::no_key;
  return found->second.row.revoked_at ? Standing::revoked : Standing::has_key;
}

bool WorkerKeys::may_speak_for(const WorkerCaller& caller, const std::string& worker) const {
  switch (caller.by) {
    case WorkerCaller::By::key: return caller.worker == worker;
    case WorkerCaller::By::worker_token: return standing(worker) == Standing::no_key;
    case WorkerCaller::By::join_token: break;
  }
  return false;
}

WorkerKeys::Known WorkerKeys::known_of(const std::string& token_id,
                                       const std::string& worker) const {
  const std::lock_guard lock(mutex_);
  Known known;
  if (const auto found = tokens_.find(token_id); found != tokens_.end())
    known.token = found->second;
  if (const auto found = keys_.find(worker); found != keys_.end()) known.key = found->second;
  return known;
}

Result<std::string> WorkerKeys::join(const WorkerCaller& caller,
                                     const wire::RegisterRequest& request,
                                     const std::string& remote) {
  const std::lock_guard edit(edits_);
  const Known known = known_of(caller.token_id, request.name);
  const bool is_invited = caller.by == WorkerCaller::By::join_token;
  if (is_invited && !known.token)
    return fail(ErrorCode::unauthenticated, "the join token was deleted: ask for another");
  const auto held = known.key ? std::optional(known.key->row) : std::nullopt;
  const Actor actor = actor_of(request.name, remote);
  const std::string key = make_token(key_prefix);
  JoinTokenRow spent = known.token.value_or(JoinTokenRow{});
  WorkerKeyRow row{.worker = request.name,
                   .hash = token_hash(key),
                   .queues = spent.queues,
                   .join_token = spent.id,
                   .session = request.session};
  const bool takes_key = is_invited || request.protocol >= 2;
  if (!takes_key && !held) return std::string();  // as it ever was: nothing to write
  TRY(store_([&](Writer& writer, Now now) -> Result<void> {
    TRY(check_join(request, known.token, held, known.key && known.key->is_used, now.wall));
    row.created_at = now.wall;
    if (takes_key)
      TRY(writer.put(row));
    else
      TRY(writer.delete_worker_key(request.name));
    if (is_invited) {
      spent.used_at = now.wall;
      spent.used_by = request.name;
      TRY(writer.put(spent));
    }
    return writer.write(audit_of(actor, takes_key ? "join_worker" : "drop_worker_key",
                                 {{"worker_name", request.name},
                                  {"host", request.host},
                                  {"queues", request.queues},
                                  {"join_token", is_invited ? json(spent.id) : json()},
                                  {"replaces_key", held.has_value()}},
                                 now.wall));
  }));
  if (is_invited) keep(std::move(spent));
  if (!takes_key) {
    forget_key(request.name);
    return std::string();
  }
  keep(std::move(row));
  return key;
}

Result<void> WorkerKeys::invite(const JoinTokenRow& row, const Actor& actor) {
  const std::lock_guard edit(edits_);
  std::vector<JoinTokenRow> ended;
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, token] : tokens_)
      if (token.expires_at + keep_ended < row.created_at) ended.push_back(token);
    count = tokens_.size() - ended.size();
  }
  if (count >= max_join_tokens)
    return fail(ErrorCode::conflict,
                fmt::format("there are {} join tokens: delete some first", count));
  TRY(store_([&](Writer& writer, Now now) -> Result<void> {
    for (const JoinTokenRow& token : ended) TRY(writer.delete_join_token(token.id));
    TRY(writer.put(row));
    return writer.write(audit_of(actor, "create_join_token",
                                 {{"before", nullptr}, {"after", said_of(row)}}, now.wall));
  }));
  keep(row);
  const std::lock_guard lock(mutex_);
  for (const JoinTokenRow& token : ended) {
    tokens_by_hash_.erase(token.hash);
    tokens_.erase(token.id);
  }
  return {};
}

Result<void> WorkerKeys::take_back(const std::string& token_id, const Actor& actor) {
  const std::lock_guard edit(edits_);
  const auto token = known_of(token_id, "").token;
  if (!token) return fail(ErrorCode::not_found, fmt::format("no join token \"{}\"", token_id));
  TRY(store_([&](Writer& writer, Now now) -> Result<void> {
    TRY(writer.delete_join_token(token_id));
    return writer.write(audit_of(actor, "delete_join_token",
                                 {{"before", said_of(*token)}, {"after", nullptr}}, now.wall));
  }));
  const std::lock_guard lock(mutex_);
  tokens_by_hash_.erase(token->hash);
  tokens_.erase(token_id);
  return {};
}

Result<void> WorkerKeys::revoke(const std::string& worker, const Actor& actor) {
  const std::lock_guard edit(edits_);
  const auto key = known_of("", worker).key;
  WorkerKeyRow row = key ? key->row : WorkerKeyRow{.worker = worker};
  if (row.revoked_at)
    return fail(ErrorCode::conflict, fmt::format("the worker \"{}\" is revoked already", worker));
  TRY(store_([&](Writer& writer, Now now) -> Result<void> {
    if (!key) row.created_at = now.wall;
    row.revoked_at = now.wall;
    row.revoked_by = actor.name;
    TRY(writer.put(row));
    return writer.write(audit_of(
        actor, "revoke_worker", {{"worker_name", worker}, {"had_key", key.has_value()}}, now.wall));
  }));
  keep(std::move(row));
  if (dropped_) dropped_(worker);
  return {};
}

}  // namespace weft::auth
