// API tokens: each is shown once, at its making. Sessions are tokens, too, and are listed with
// them.

#include <fmt/format.h>

#include <algorithm>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/api/records.h"
#include "server/api/users.h"
#include "server/auth/token.h"
#include "server/storage/queries/records.h"

namespace weft::api {
namespace {

using auth::Role;
using nlohmann::json;
using storage::Reader;

constexpr Duration usual_life = std::chrono::hours(24 * 90);
/// Of one user at a time, sessions aside.
constexpr std::int64_t max_tokens = 100;

json token_json(const TokenRow& row) {
  return {{"id", row.id},
          {"kind", row.kind == TokenRow::Kind::session ? "session" : "api"},
          {"username", row.user},
          {"name", text_or_null(row.name)},
          {"role", role_json(row.role)},
          {"created_at", instant_json(row.created_at)},
          {"expires_at", instant_json(row.expires_at)},
          {"last_used_at", instant_json(row.last_used_at)}};
}

json audit_json(const TokenRow& row) {
  json said = token_json(row);
  said.erase("last_used_at");
  return said;
}

/// The role of a new token: never more than that of the token with which it is made.
Outcome<std::string> role_of_new(const Call& call, std::optional<Role> wanted) {
  const auto& cap = call.caller.cap;
  if (!cap) return std::string(wanted ? auth::name_of(*wanted) : "");
  if (wanted && *wanted > *cap)
    return refuse(ErrorCode::permission_denied,
                  fmt::format("your token has the role {}: it makes none with the role {}",
                              auth::name_of(*cap), auth::name_of(*wanted)));
  return std::string(auth::name_of(wanted.value_or(*cap)));
}

/// When the token ends by which the call is made, or the one in whose stead its session stands;
/// nullopt: never, or the user signed in with a password.
Outcome<std::optional<Instant>> end_of_caller(const Call& call) {
  if (!call.caller.is_session) return call.caller.expires_at;
  return call.read([&](Reader& reader) -> Outcome<std::optional<Instant>> {
    API_TRY_ASSIGN(const auto session, storage::find_token(reader, call.caller.token_id));
    const auto maker = session ? auth::maker_of_session(session->name) : std::string_view();
    if (maker.empty()) return std::nullopt;
    API_TRY_ASSIGN(const auto made_by, storage::find_token(reader, maker));
    return made_by ? made_by->expires_at : call.caller.expires_at;
  });
}

/// When a new token ends: never after the token with which it is made, as what leaked for a day
/// would else be good for ever.
Outcome<std::optional<Instant>> end_of_new(const Call& call, const TokenRow& row, bool is_given) {
  API_TRY_ASSIGN(const auto limit, end_of_caller(call));
  if (!limit) return row.expires_at;
  if (!is_given) return std::min(*row.expires_at, *limit);
  if (row.expires_at && *row.expires_at <= *limit) return row.expires_at;
  return refuse(
      ErrorCode::permission_denied,
      fmt::format("your token ends at {}: it makes none that ends later", format_instant(*limit)));
}

Outcome<TokenRow> read_token(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("name");
  TokenRow row{.user = call.caller.user, .created_at = call.deps.clock.now().wall};
  row.name = body.text("name", max_name).value_or("");
  std::optional<Role> wanted;
  if (const auto role = read_role(body, "role"); role && *role != Role::none) wanted = role;
  row.expires_at = row.created_at + usual_life;
  if (body.has("expires_at")) row.expires_at = body.instant("expires_at");
  if (row.expires_at && *row.expires_at <= row.created_at)
    body.report("expires_at", "Input should be in the future", "value_error");
  if (row.name.empty()) body.report("name", "String should not be empty", "string_too_short");
  API_TRY(body.check());
  API_TRY_ASSIGN(row.role, role_of_new(call, wanted));
  API_TRY_ASSIGN(row.expires_at, end_of_new(call, row, body.has("expires_at")));
  return row;
}

Outcome<void> check_count(const Call& call) {
  storage::Filter filter;
  filter.add_equal("user", call.caller.user);
  filter.add_equal("kind", static_cast<std::int64_t>(TokenRow::Kind::api));
  API_TRY_ASSIGN(const auto listing, call.read([&](Reader& reader) {
    return storage::list_tokens(reader, filter, {}, {.limit = 0});
  }));
  if (listing.total < max_tokens) return {};
  return refuse(ErrorCode::conflict,
                fmt::format("you have {} tokens: delete one first", listing.total));
}

/// Whose tokens: the caller's, or by ?username= another's or everybody's.
Outcome<storage::Filter> owner_filter(const Call& call, const Query& query) {
  const auto user = query.text("username").value_or(call.caller.user);
  storage::Filter filter;
  if (user != call.caller.user && !has_role(call, Role::admin))
    return refuse(ErrorCode::permission_denied,
                  "this needs the role admin over everything: the tokens are not yours");
  if (user != all_of_them) filter.add_equal("user", user);
  return filter;
}

}  // namespace

Outcome<http::Response> get_tokens(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_token_order, {{"created_at", true}});
  API_TRY(query.check());
  API_TRY_ASSIGN(const auto filter, owner_filter(call, query));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto tokens, storage::list_tokens(reader, filter, order, page));
    auto list = json::array();
    for (const auto& row : tokens.rows) list.push_back(token_json(row));
    return json_response(
        collection_json("tokens", std::move(list), tokens.total, tokens.total_is_exact));
  });
}

Outcome<http::Response> post_token(Call& call) {
  API_TRY_ASSIGN(auto row, read_token(call));
  API_TRY(check_count(call));
  const std::string token = auth::make_token();
  row.id = auth::make_token_id();
  row.hash = auth::token_hash(token);
  API_TRY(call.command(PutRecord{.record = row,
                                 .mode = PutRecord::Mode::create,
                                 .actor = call.actor(),
                                 .action = "create_token",
                                 .detail = change_text(nullptr, audit_json(row))}));
  json answer = token_json(row);
  answer["token"] = token;
  return json_response(answer, 201);
}

Outcome<http::Response> delete_token(Call& call) {
  const auto& id = call.value("token_id");
  API_TRY_ASSIGN(const auto row,
                 call.read([&](Reader& reader) { return storage::find_token(reader, id); }));
  if (!row || (row->user != call.caller.user && !has_role(call, Role::admin)))
    return refuse(ErrorCode::not_found, fmt::format("no token \"{}\"", id));
  if (call.caller.cap && *call.caller.cap != Role::admin && id != call.caller.token_id)
    return refuse(ErrorCode::permission_denied,
                  "your token has a role of its own: it deletes no other one");
  API_TRY(call.command(DeleteRecord{.kind = RecordKind::token,
                                    .key = id,
                                    .actor = call.actor(),
                                    .detail = change_text(audit_json(*row), nullptr)}));
  return no_content();
}

}  // namespace weft::api
