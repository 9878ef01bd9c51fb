// The rows that the scheduler never looks into: written as they come, read as one.

#include "server/storage/rows.h"
#include "server/storage/writer.h"

namespace weft::storage {

Result<void> Writer::put(const VariableRow& row) {
  return use(Sql::put_variable)
      .bind_all(row.key, row.value, row.is_secret, row.description, row.updated_at)
      .run();
}

Result<void> Writer::put(const ConnectionRow& row) {
  const std::string allowed = nlohmann::json(row.allowed_dags)
                                  .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return use(Sql::put_connection)
      .bind_all(row.connection_id, row.conn_type, row.description, row.host, row.login, row.schema,
                row.port, row.password, row.extra, allowed, row.updated_at)
      .run();
}

Result<void> Writer::put(const UserRow& row) {
  const std::string grants =
      row.grants.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return use(Sql::put_user)
      .bind_all(row.name, row.display_name, row.password_hash, row.role, grants, row.is_disabled,
                row.provider, row.epoch, row.created_at, row.updated_at)
      .run();
}

Result<void> Writer::put(const TokenRow& row) {
  return use(Sql::put_token)
      .bind_all(row.id, row.hash, static_cast<std::int64_t>(row.kind), row.user, row.name, row.role,
                row.epoch, row.created_at, row.expires_at, row.last_used_at)
      .run();
}

namespace {

Sql removal_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::variable: return Sql::delete_variable;
    case RecordKind::connection: return Sql::delete_connection;
    case RecordKind::user: return Sql::delete_user;
    case RecordKind::token: break;
  }
  return Sql::delete_token;
}

}  // namespace

Result<void> Writer::put(const RecordDeleted& row) {
  if (row.kind == RecordKind::user) TRY(use(Sql::delete_tokens_of_user).bind_all(row.key).run());
  return use(removal_of(row.kind)).bind_all(row.key).run();
}

VariableRow variable_row(const Statement& row, int first) {
  return {row.string(first), row.string(first + 1), row.boolean(first + 2), row.string(first + 3),
          row.instant(first + 4)};
}

ConnectionRow connection_row(const Statement& row, int first) {
  ConnectionRow connection{.connection_id = row.string(first),
                           .conn_type = row.string(first + 1),
                           .description = row.string(first + 2),
                           .host = row.string(first + 3),
                           .login = row.string(first + 4),
                           .schema = row.string(first + 5)};
  if (!row.is_null(first + 6)) connection.port = static_cast<std::int32_t>(row.integer(first + 6));
  connection.password = row.string(first + 7);
  connection.extra = row.string(first + 8);
  for (const auto& dag : stored_json(row.text(first + 9)))
    if (dag.is_string()) connection.allowed_dags.push_back(dag.get<std::string>());
  connection.updated_at = row.instant(first + 10);
  return connection;
}

UserRow user_row(const Statement& row, int first) {
  return {.name = row.string(first),
          .display_name = row.string(first + 1),
          .password_hash = row.string(first + 2),
          .role = row.string(first + 3),
          .grants = stored_json(row.text(first + 4)),
          .is_disabled = row.boolean(first + 5),
          .provider = row.string(first + 6),
          .epoch = row.integer(first + 7),
          .created_at = row.instant(first + 8),
          .updated_at = row.instant(first + 9)};
}

TokenRow token_row(const Statement& row, int first) {
  return {.id = row.string(first),
          .hash = row.string(first + 1),
          .kind = static_cast<TokenRow::Kind>(row.integer(first + 2)),
          .user = row.string(first + 3),
          .name = row.string(first + 4),
          .role = row.string(first + 5),
          .epoch = row.integer(first + 6),
          .created_at = row.instant(first + 7),
          .expires_at = row.optional_instant(first + 8),
          .last_used_at = row.optional_instant(first + 9)};
}

}  // namespace weft::storage
