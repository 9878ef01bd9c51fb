#include <fmt/format.h>

#include <array>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/records.h"
#include "server/secrets/stored.h"
#include "server/storage/queries/records.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_id = 200;
constexpr std::size_t max_text = 500;
constexpr std::size_t max_secret = 64 << 10;
constexpr std::size_t max_description = 10'000;
constexpr std::size_t max_allowed = 1'000;

bool is_id(std::string_view id) {
  return !id.empty() && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789_.-") == std::string_view::npos;
}

std::string about(const ConnectionRow& row, std::string_view field) {
  return secrets::about_connection(row.connection_id, field);
}

nlohmann::json extra_json(const ConnectionRow& row, const secrets::Keyring& keys) {
  if (row.extra.empty()) return nullptr;
  const auto opened = keys.open(row.extra, about(row, "extra"));
  return opened ? nlohmann::json(secrets::redacted_extra(*opened)) : nlohmann::json(hidden_value);
}

nlohmann::json connection_json(const ConnectionRow& row, const secrets::Keyring& keys) {
  return {{"connection_id", row.connection_id},
          {"conn_type", row.conn_type},
          {"description", text_or_null(row.description)},
          {"host", text_or_null(row.host)},
          {"login", text_or_null(row.login)},
          {"schema", text_or_null(row.schema)},
          {"port", row.port ? nlohmann::json(*row.port) : nlohmann::json()},
          {"password", row.password.empty() ? nlohmann::json() : nlohmann::json(hidden_value)},
          {"extra", extra_json(row, keys)},
          {"allowed_dags", row.allowed_dags},
          {"team_name", nullptr}};
}

/// That an update_mask may name.
constexpr std::array<std::string_view, 10> fields{
    "connection_id", "conn_type", "description", "host",  "login",
    "schema",        "port",      "password",    "extra", "allowed_dags"};

/// Puts what the body says, and the mask names, into `row`; null empties a field.
void read_connection(Body& body, const std::vector<std::string>& mask, const Call& call,
                     ConnectionRow& row) {
  const auto& keys = *call.deps.keys;
  const auto text = [&](const char* name, std::string& target, std::size_t most) {
    const bool there = body.has(name);
    auto value = body.text(name, most);
    if (there && in_mask(mask, name)) target = value.value_or("");
  };
  text("conn_type", row.conn_type, max_text);
  text("description", row.description, max_description);
  text("host", row.host, max_text);
  text("login", row.login, max_text);
  text("schema", row.schema, max_text);
  const bool has_port = body.has("port");
  const auto port = body.integer("port", 0, 65'535);
  if (has_port && in_mask(mask, "port"))
    row.port = port ? std::optional(static_cast<std::int32_t>(*port)) : std::nullopt;

  const bool has_password = body.has("password");
  const auto password = body.text("password", max_secret);
  if (has_password && in_mask(mask, "password") && password.value_or("") != hidden_value)
    row.password = password && !password->empty() ? keys.seal(*password, about(row, "password"))
                                                  : std::string();
  const bool has_extra = body.has("extra");
  const auto extra = body.text("extra", max_secret);
  if (extra && !extra->empty() && *extra != hidden_value && !nlohmann::json::accept(*extra))
    body.report("extra", "Input should be JSON text, such as {\"sslmode\": \"require\"}",
                "json_invalid");
  if (has_extra && in_mask(mask, "extra")) {
    const auto stored = keys.open(row.extra, about(row, "extra"));
    const auto meant = secrets::unredacted_extra(extra.value_or(""), stored.value_or(""));
    row.extra = meant.empty() ? std::string() : keys.seal(meant, about(row, "extra"));
  }
  const bool has_allowed = body.has("allowed_dags");
  auto allowed = body.words("allowed_dags");
  if (allowed && allowed->size() > max_allowed)
    body.report("allowed_dags", fmt::format("List should have at most {} items", max_allowed),
                "too_long");
  if (has_allowed && in_mask(mask, "allowed_dags"))
    row.allowed_dags = std::move(allowed).value_or(std::vector<std::string>());
  refuse_team(body);
}

Outcome<ConnectionRow> require_connection(const Call& call, const std::string& id) {
  API_TRY_ASSIGN(auto row, call.read([&](Reader& reader) {
    return storage::find_connection(reader, id);
  }));
  if (!row) return refuse(ErrorCode::not_found, fmt::format("no connection \"{}\"", id));
  return std::move(*row);
}

Outcome<http::Response> write(Call& call, ConnectionRow row, const ConnectionRow* before) {
  const auto& keys = *call.deps.keys;
  row.updated_at = call.deps.clock.now().wall;
  const auto shown = connection_json(row, keys);
  API_TRY(call.command(PutRecord{
      .record = row,
      .mode = before == nullptr ? PutRecord::Mode::create : PutRecord::Mode::update,
      .actor = call.actor(),
      .action = before == nullptr ? "create_connection" : "update_connection",
      .detail = change_text(before == nullptr ? nlohmann::json() : connection_json(*before, keys),
                            shown)}));
  return json_response(shown, before == nullptr ? 201 : 200);
}

}  // namespace

Outcome<http::Response> get_connections(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_connection_order, {{"id", false}});
  storage::Filter filter;
  add_pattern(filter, query, "connection_id_pattern", "connection_id");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto connections, storage::list_connections(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& row : connections.rows) list.push_back(connection_json(row, *call.deps.keys));
    return json_response(collection_json("connections", std::move(list), connections.total,
                                         connections.total_is_exact));
  });
}

Outcome<http::Response> get_connection(Call& call) {
  API_TRY_ASSIGN(const auto row, require_connection(call, call.value("connection_id")));
  return json_response(connection_json(row, *call.deps.keys));
}

Outcome<http::Response> post_connection(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  for (const auto* name : {"connection_id", "conn_type"}) body.require(name);
  ConnectionRow row;
  row.connection_id = body.text("connection_id", max_id).value_or("");
  if (body.has("connection_id") && !is_id(row.connection_id))
    body.report("connection_id", "String should match pattern '^[\\w.-]+$'",
                "string_pattern_mismatch");
  read_connection(body, {}, call, row);
  API_TRY(body.check());
  return write(call, std::move(row), nullptr);
}

Outcome<http::Response> patch_connection(Call& call) {
  const auto& id = call.value("connection_id");
  API_TRY_ASSIGN(const auto mask, update_mask(call, "connection", fields));
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto named = body.text("connection_id", max_id);
  API_TRY_ASSIGN(const auto before, require_connection(call, id));
  ConnectionRow row = before;
  read_connection(body, mask, call, row);
  if (row.conn_type.empty() && !before.conn_type.empty())
    body.report("conn_type", "Field required", "missing");
  API_TRY(body.check());
  if (named && *named != id)
    return refuse(ErrorCode::invalid_argument,
                  "the body's connection_id is not the path's: a connection cannot be renamed");
  return write(call, std::move(row), &before);
}

Outcome<http::Response> delete_connection(Call& call) {
  API_TRY_ASSIGN(const auto before, require_connection(call, call.value("connection_id")));
  API_TRY(call.command(
      DeleteRecord{.kind = RecordKind::connection,
                   .key = before.connection_id,
                   .actor = call.actor(),
                   .detail = change_text(connection_json(before, *call.deps.keys), nullptr)}));
  return no_content();
}

}  // namespace weft::api
