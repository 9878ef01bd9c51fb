#include <fmt/format.h>

#include <array>

#include "server/api/bulk.h"
#include "server/api/conditional.h"
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
  return !id.empty() && id.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
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

/// What a body says of a connection; absent: nothing, "" and kin: emptied.
struct ConnectionBody {
  std::string id;
  std::optional<std::string> conn_type, description, host, login, schema, password, extra;
  std::optional<std::optional<std::int32_t>> port;
  std::optional<std::vector<std::string>> allowed_dags;
};

ConnectionBody read_connection(Body& body) {
  ConnectionBody read;
  const auto text = [&](const char* name, std::optional<std::string>& target, std::size_t most) {
    target = body.text(name, most);
    if (!target && body.has(name)) target = "";
  };
  read.id = body.text("connection_id", max_id).value_or("");
  if (!read.id.empty() && !is_id(read.id))
    body.report("connection_id", "String should match pattern '^[\\w.-]+$'",
                "string_pattern_mismatch");
  text("conn_type", read.conn_type, max_text);
  if (read.conn_type && read.conn_type->empty())
    body.report("conn_type", "Field required", "missing");
  text("description", read.description, max_description);
  text("host", read.host, max_text);
  text("login", read.login, max_text);
  text("schema", read.schema, max_text);
  text("password", read.password, max_secret);
  text("extra", read.extra, max_secret);
  const auto& extra = read.extra;
  if (extra && !extra->empty() && *extra != hidden_value && !nlohmann::json::accept(*extra))
    body.report("extra", "Input should be JSON text, such as {\"sslmode\": \"require\"}",
                "json_invalid");
  if (const auto port = body.integer("port", 0, 65'535))
    read.port.emplace(static_cast<std::int32_t>(*port));
  else if (body.has("port"))
    read.port.emplace(std::nullopt);
  read.allowed_dags = body.words("allowed_dags");
  if (!read.allowed_dags && body.has("allowed_dags")) read.allowed_dags.emplace();
  if (read.allowed_dags && read.allowed_dags->size() > max_allowed)
    body.report("allowed_dags", fmt::format("List should have at most {} items", max_allowed),
                "too_long");
  refuse_team(body);
  return read;
}

/// A whole one: post_connection's.
ConnectionBody read_new_connection(Body& body) {
  for (const auto* name : {"connection_id", "conn_type"}) body.require(name);
  auto read = read_connection(body);
  if (read.id.empty() && body.raw("connection_id") != nullptr)
    body.report("connection_id", "String should have at least 1 character", "string_too_short");
  return read;
}

/// The row as the body and the mask want it; `***` leaves a secret as it is.
ConnectionRow laid_over(const Call& call, ConnectionRow row, const ConnectionBody& body,
                        const std::vector<std::string>& mask) {
  const auto& keys = *call.deps.keys;
  const auto put = [&](const char* name, const auto& value, auto& target) {
    if (value && in_mask(mask, name)) target = *value;
  };
  put("conn_type", body.conn_type, row.conn_type);
  put("description", body.description, row.description);
  put("host", body.host, row.host);
  put("login", body.login, row.login);
  put("schema", body.schema, row.schema);
  put("port", body.port, row.port);
  put("allowed_dags", body.allowed_dags, row.allowed_dags);
  const auto seal = [&](const std::string& text, const char* field) {
    return text.empty() ? std::string() : keys.seal(text, about(row, field));
  };
  if (body.password && in_mask(mask, "password") && *body.password != hidden_value)
    row.password = seal(*body.password, "password");
  if (body.extra && in_mask(mask, "extra")) {
    const auto stored = keys.open(row.extra, about(row, "extra"));
    row.extra = seal(secrets::unredacted_extra(*body.extra, stored.value_or("")), "extra");
  }
  return row;
}

ConnectionRow as_new(const Call& call, const ConnectionBody& body) {
  ConnectionRow row;
  row.connection_id = body.id;
  return laid_over(call, std::move(row), body, {});
}

Outcome<ConnectionRow> require_connection(const Call& call, const std::string& id) {
  API_TRY_ASSIGN(auto row,
                 call.read([&](Reader& reader) { return storage::find_connection(reader, id); }));
  if (!row) return refuse(ErrorCode::not_found, fmt::format("no connection \"{}\"", id));
  return std::move(*row);
}

/// `before` null: there was none that was looked at.
Outcome<void> write(const Call& call, ConnectionRow row, const ConnectionRow* before,
                    PutRecord::Mode mode) {
  const auto& keys = *call.deps.keys;
  row.updated_at = call.deps.clock.now().wall;
  auto detail = change_text(before == nullptr ? nlohmann::json() : connection_json(*before, keys),
                            connection_json(row, keys));
  API_TRY(call.command(
      PutRecord{.record = std::move(row),
                .mode = mode,
                .actor = call.actor(),
                .action = before == nullptr ? "create_connection" : "update_connection",
                .detail = std::move(detail)}));
  return {};
}

Outcome<void> remove(const Call& call, const ConnectionRow& before) {
  API_TRY(call.command(
      DeleteRecord{.kind = RecordKind::connection,
                   .key = before.connection_id,
                   .actor = call.actor(),
                   .detail = change_text(connection_json(before, *call.deps.keys), nullptr)}));
  return {};
}

/// What run_bulk asks of connections.
struct ConnectionBulk {
  using Entity = ConnectionBody;
  static constexpr std::string_view noun = "connection";

  static Entity read(Body& body) { return read_new_connection(body); }
  static const std::string& key(const Entity& connection) { return connection.id; }
  static Entity named(const std::string& id) { return {.id = id}; }

  Outcome<bool> exists(const std::string& id) const {
    API_TRY_ASSIGN(const auto found,
                   call.read([&](Reader& reader) { return storage::find_connection(reader, id); }));
    return found.has_value();
  }
  Outcome<void> create(const Entity& connection, bool overwrite) const {
    const auto turn = take_record_turn(call, noun, connection.id);
    if (!overwrite) return write(call, as_new(call, connection), nullptr, PutRecord::Mode::create);
    API_TRY_ASSIGN(const auto before, call.read([&](Reader& reader) {
      return storage::find_connection(reader, connection.id);
    }));
    ConnectionRow row;
    row.connection_id = connection.id;
    // For `***`, which stands for what is there.
    if (before && connection.password) row.password = before->password;
    if (before && connection.extra) row.extra = before->extra;
    return write(call, laid_over(call, std::move(row), connection, {}), before ? &*before : nullptr,
                 PutRecord::Mode::put);
  }
  Outcome<void> update(const Entity& connection, const std::vector<std::string>& mask) const {
    API_TRY(check_mask(mask, noun, fields));
    const auto turn = take_record_turn(call, noun, connection.id);
    API_TRY_ASSIGN(const auto before, require_connection(call, connection.id));
    return write(call, laid_over(call, before, connection, mask), &before, PutRecord::Mode::update);
  }
  Outcome<void> remove(const Entity& connection) const {
    const auto turn = take_record_turn(call, noun, connection.id);
    API_TRY_ASSIGN(const auto before, require_connection(call, connection.id));
    return api::remove(call, before);
  }

  const Call& call;
};

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
  const auto read = read_new_connection(body);
  API_TRY(body.check());
  const auto row = as_new(call, read);
  API_TRY(write(call, row, nullptr, PutRecord::Mode::create));
  return json_response(connection_json(row, *call.deps.keys), 201);
}

Outcome<http::Response> patch_connection(Call& call) {
  const auto& id = call.value("connection_id");
  const auto mask = Query(call.request).texts("update_mask");
  API_TRY(check_mask(mask, ConnectionBulk::noun, fields));
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto read = read_connection(body);
  API_TRY(body.check());
  if (!read.id.empty() && read.id != id)
    return refuse(ErrorCode::invalid_argument,
                  "the body's connection_id is not the path's: a connection cannot be renamed");
  const auto turn = take_record_turn(call, ConnectionBulk::noun, id);
  API_TRY_ASSIGN(const auto before, require_connection(call, id));
  const auto row = laid_over(call, before, read, mask);
  API_TRY(write(call, row, &before, PutRecord::Mode::update));
  return json_response(connection_json(row, *call.deps.keys));
}

Outcome<http::Response> delete_connection(Call& call) {
  const auto& id = call.value("connection_id");
  const auto turn = take_record_turn(call, ConnectionBulk::noun, id);
  API_TRY_ASSIGN(const auto before, require_connection(call, id));
  API_TRY(remove(call, before));
  return no_content();
}

/// As where Airflow's is switched off, which it is unless somebody switches it on.
Outcome<http::Response> test_connection(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  (void)read_new_connection(body);
  API_TRY(body.check());
  return refuse(ErrorCode::permission_denied,
                "connections are not tested here: the server opens none of them, tasks do, from "
                "their workers; try it with a small task");
}

Outcome<http::Response> bulk_connections(Call& call) {
  return run_bulk(call, ConnectionBulk{call});
}

}  // namespace weft::api
