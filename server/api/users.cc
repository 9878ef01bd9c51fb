// Users: who they are and what they may do. Passwords go in and never out.

#include "server/api/users.h"

#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/api/records.h"
#include "server/auth/directory.h"
#include "server/storage/queries/records.h"

namespace weft::api {
namespace {

using auth::Role;
using nlohmann::json;
using storage::Reader;

constexpr std::size_t max_grants = 100;

json user_json(const UserRow& row) {
  return {{"username", row.name},
          {"display_name", text_or_null(row.display_name)},
          {"role", role_json(row.role)},
          {"grants", auth::grants_json(auth::grants_from(row.grants))},
          {"is_disabled", row.is_disabled},
          {"has_password", !row.password_hash.empty()},
          {"provider", text_or_null(row.provider)},
          {"created_at", instant_json(row.created_at)},
          {"updated_at", instant_json(row.updated_at)}};
}

json audit_json(const UserRow& row) {
  json said = user_json(row);
  said.erase("created_at");
  said.erase("updated_at");
  return said;
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= max_name;
}

/// Why an item of `grants` is not one; "" when it is.
std::string fault_of_grant(const json& item) {
  if (!item.is_object()) return "Each grant should be an object";
  for (const auto& [key, value] : item.items())
    if (!value.is_null() && !value.is_string()) return key + " should be a string";
  const auto text = [&](const char* key) {
    const auto found = item.find(key);
    return found != item.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  for (const auto& [key, value] : item.items())
    if (key != "role" && key != "dag_id" && key != "tag") return "A grant has no field " + key;
  if (!auth::role_from(text("role"))) return "role should be viewer, operator, editor or admin";
  if (is_name(text("dag_id")) == is_name(text("tag")))
    return "Each grant should have either a dag_id or a tag";
  return {};
}

std::optional<std::vector<auth::Grant>> read_grants(Body& body) {
  const json* list = body.raw("grants");
  if (list == nullptr) return std::nullopt;
  if (!list->is_array() || list->size() > max_grants) {
    body.report("grants", fmt::format("Input should be a list of at most {} grants", max_grants),
                "list_type");
    return std::nullopt;
  }
  for (const json& item : *list)
    if (const std::string fault = fault_of_grant(item); !fault.empty()) {
      body.report("grants", fault, "value_error");
      return std::nullopt;
    }
  return auth::grants_from(*list);
}

/// What a body says of a user; absent: nothing.
struct UserBody {
  std::optional<std::string> name, display_name, password;
  std::optional<Role> role;
  std::optional<std::vector<auth::Grant>> grants;
  std::optional<bool> is_disabled;
};

UserBody read_user(Body& body) {
  UserBody read;
  read.name = body.text("username", max_name);
  if (body.has("display_name"))
    read.display_name = body.text("display_name", max_name).value_or("");
  read.password = read_password(body, "password");
  if (body.has("role")) read.role = read_role(body, "role");
  read.grants = read_grants(body);
  read.is_disabled = body.boolean("is_disabled");
  return read;
}

void apply_fields(UserRow& row, const UserBody& read) {
  if (read.display_name) row.display_name = *read.display_name;
  if (read.role) row.role = auth::name_of(*read.role);
  if (read.grants) row.grants = auth::grants_json(*read.grants);
  if (read.is_disabled) row.is_disabled = *read.is_disabled;
}

/// Under edit_users(). Errors: conflict, if without this one there is no admin who could sign in.
Outcome<void> keep_an_admin(const Call& call, const UserRow& without) {
  API_TRY_ASSIGN(const auto users, call.read(storage::all_users));
  if (!auth::is_last_admin(users, without.name)) return {};
  return refuse(ErrorCode::conflict,
                fmt::format("\"{}\" is the last admin: make another one first", without.name));
}

Outcome<http::Response> write(Call& call, UserRow row, const UserRow* before) {
  row.updated_at = call.deps.clock.now().wall;
  API_TRY(call.command(PutRecord{
      .record = row,
      .mode = before == nullptr ? PutRecord::Mode::create : PutRecord::Mode::update,
      .actor = call.actor(),
      .action = before == nullptr ? "create_user" : "update_user",
      .detail = change_text(before == nullptr ? json() : audit_json(*before), audit_json(row))}));
  return json_response(user_json(row), before == nullptr ? 201 : 200);
}

}  // namespace

Outcome<UserRow> require_user(const Call& call, const std::string& name) {
  API_TRY_ASSIGN(auto row,
                 call.read([&](Reader& reader) { return storage::find_user(reader, name); }));
  if (!row) return refuse(ErrorCode::not_found, fmt::format("no user \"{}\"", name));
  return std::move(*row);
}

std::optional<std::string> read_password(Body& body, std::string_view name) {
  auto password = body.text(name, auth::max_password);
  if (password && password->size() < auth::min_password)
    body.report(name, fmt::format("String should have at least {} characters", auth::min_password),
                "string_too_short");
  return password;
}

Outcome<std::string> hash_of(const Call& call, const std::string& password) {
  const auto slot = auth::PasswordSlot::take();
  if (!slot) return refuse(ErrorCode::unavailable, "other passwords are looked at; try again");
  return auth::hash_password(password, call.deps.password_cost);
}

std::optional<Role> read_role(Body& body, std::string_view name) {
  const auto word = body.text(name);
  if (!word || word->empty()) return Role::none;
  const auto role = auth::role_from(*word);
  if (!role) body.report(name, "Input should be 'viewer', 'operator', 'editor' or 'admin'", "enum");
  return role;
}

json role_json(std::string_view role) {
  return role.empty() ? json() : json(role);
}

Outcome<http::Response> get_users(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_user_order, {{"id", false}});
  storage::Filter filter;
  add_pattern(filter, query, "username_pattern", "name");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto users, storage::list_users(reader, filter, order, page));
    auto list = json::array();
    for (const auto& row : users.rows) list.push_back(user_json(row));
    return json_response(
        collection_json("users", std::move(list), users.total, users.total_is_exact));
  });
}

Outcome<http::Response> get_user(Call& call) {
  API_TRY_ASSIGN(const auto row, require_user(call, call.value("username")));
  return json_response(user_json(row));
}

Outcome<http::Response> post_user(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("username");
  const auto read = read_user(body);
  if (read.name && !auth::is_user_name(*read.name))
    body.report("username",
                "String should have letters, digits and _ . @ + - only, and not be \"me\"",
                "string_pattern_mismatch");
  API_TRY(body.check());
  UserRow row{.name = *read.name, .created_at = call.deps.clock.now().wall};
  row.grants = json::array();
  apply_fields(row, read);
  if (read.password) {
    API_TRY_ASSIGN(row.password_hash, hash_of(call, *read.password));
  }
  return write(call, std::move(row), nullptr);
}

Outcome<http::Response> patch_user(Call& call) {
  const auto& name = call.value("username");
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto read = read_user(body);
  API_TRY(body.check());
  if (read.name && *read.name != name)
    return refuse(ErrorCode::invalid_argument,
                  fmt::format("the body's username \"{}\" is not the path's: a user cannot be "
                              "renamed",
                              *read.name));
  std::string hash;
  if (read.password) {
    API_TRY_ASSIGN(hash, hash_of(call, *read.password));
  }
  const auto lock = auth::edit_users();
  API_TRY_ASSIGN(const auto before, require_user(call, name));
  UserRow row = before;
  apply_fields(row, read);
  if (read.password) row.password_hash = hash;
  // Who was out comes in anew, and a new password is asked for everywhere.
  if (read.password || row.is_disabled != before.is_disabled) ++row.epoch;
  if (!auth::is_enabled_admin(row)) API_TRY(keep_an_admin(call, before));
  return write(call, std::move(row), &before);
}

Outcome<http::Response> delete_user(Call& call) {
  const auto lock = auth::edit_users();
  API_TRY_ASSIGN(const auto before, require_user(call, call.value("username")));
  API_TRY(keep_an_admin(call, before));
  API_TRY(call.command(DeleteRecord{.kind = RecordKind::user,
                                    .key = before.name,
                                    .actor = call.actor(),
                                    .detail = change_text(audit_json(before), nullptr)}));
  return no_content();
}

}  // namespace weft::api
