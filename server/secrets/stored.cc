#include "server/secrets/stored.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/storage/queries/records.h"

namespace weft::secrets {

std::string about_variable(std::string_view key) {
  return fmt::format("variable/{}", key);
}

std::string about_connection(std::string_view id, std::string_view field) {
  return fmt::format("connection/{}/{}", id, field);
}

Result<Connection> open_connection(const Keyring& keys, const ConnectionRow& row) {
  Connection connection{.conn_type = row.conn_type,
                        .host = row.host,
                        .login = row.login,
                        .schema = row.schema,
                        .port = row.port};
  const auto open = [&](const std::string& sealed, std::string_view field) -> Result<std::string> {
    if (sealed.empty()) return std::string();
    return keys.open(sealed, about_connection(row.connection_id, field));
  };
  TRY_ASSIGN(connection.password, open(row.password, "password"));
  TRY_ASSIGN(connection.extra, open(row.extra, "extra"));
  return connection;
}

Result<std::optional<Variable>> StoredSource::variable(const std::string& key) const {
  TRY_ASSIGN(const auto row, readers_.with([&](storage::Reader& reader) {
    return storage::find_variable(reader, key);
  }));
  if (!row) return std::optional<Variable>();
  TRY_ASSIGN(auto value, keys_.open(row->value, about_variable(key)));
  return std::optional(Variable{std::move(value), row->is_secret});
}

Result<std::optional<Connection>> StoredSource::connection(const std::string& id,
                                                           const std::string& dag_id) const {
  TRY_ASSIGN(const auto row, readers_.with([&](storage::Reader& reader) {
    return storage::find_connection(reader, id);
  }));
  if (!row) return std::optional<Connection>();
  const auto& allowed = row->allowed_dags;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), dag_id) == allowed.end())
    return fail(ErrorCode::permission_denied,
                fmt::format("connection \"{}\" is not for DAG \"{}\": its allowed_dags are {}", id,
                            dag_id, fmt::join(allowed, ", ")));
  TRY_ASSIGN(auto connection, open_connection(keys_, *row));
  return std::optional(std::move(connection));
}

}  // namespace weft::secrets
