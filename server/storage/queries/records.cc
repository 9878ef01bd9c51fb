#include "server/storage/queries/records.h"

#include "server/storage/queries/order.h"
#include "server/storage/rows.h"

namespace weft::storage {
namespace {

constexpr OrderColumn variable_order[] = {{"key", "key"},          {"id", "key"},
                                          {"_val", "value"},       {"description", "description"},
                                          {"is_encrypted", "key"}, {"team_name", "key"}};
constexpr OrderColumn connection_order[] = {{"conn_id", "connection_id"},
                                            {"connection_id", "connection_id"},
                                            {"id", "connection_id"},
                                            {"conn_type", "conn_type"},
                                            {"description", "description"},
                                            {"host", "host"},
                                            {"port", "port"},
                                            {"team_name", "connection_id"}};
constexpr OrderColumn user_order[] = {{"id", "name"},
                                      {"name", "name"},
                                      {"username", "name"},
                                      {"role", "role"},
                                      {"created_at", "created_at"}};
constexpr OrderColumn token_order[] = {{"id", "id"},
                                       {"name", "name"},
                                       {"username", "user"},
                                       {"created_at", "created_at"},
                                       {"expires_at", "expires_at"},
                                       {"last_used_at", "last_used_at"}};

}  // namespace

bool is_variable_order(std::string_view name) {
  return has_order(variable_order, name);
}
bool is_connection_order(std::string_view name) {
  return has_order(connection_order, name);
}
bool is_user_order(std::string_view name) {
  return has_order(user_order, name);
}
bool is_token_order(std::string_view name) {
  return has_order(token_order, name);
}

Result<Listing<VariableRow>> list_variables(Reader& reader, const Filter& filter,
                                            const std::vector<Order>& order, Page page) {
  return select_page(reader, columns::variable, "FROM variable", filter,
                     order_by(variable_order, order, "key"), page,
                     [](Statement& row) { return variable_row(row); });
}

Result<std::optional<VariableRow>> find_variable(Reader& reader, std::string_view key) {
  return find_by(reader, columns::variable, "FROM variable", "key", key, variable_row);
}

Result<Listing<ConnectionRow>> list_connections(Reader& reader, const Filter& filter,
                                                const std::vector<Order>& order, Page page) {
  return select_page(reader, columns::connection, "FROM connection", filter,
                     order_by(connection_order, order, "connection_id"), page,
                     [](Statement& row) { return connection_row(row); });
}

Result<std::optional<ConnectionRow>> find_connection(Reader& reader, std::string_view id) {
  return find_by(reader, columns::connection, "FROM connection", "connection_id", id,
                 connection_row);
}

Result<Listing<UserRow>> list_users(Reader& reader, const Filter& filter,
                                    const std::vector<Order>& order, Page page) {
  return select_page(reader, columns::user, "FROM user", filter,
                     order_by(user_order, order, "name"), page,
                     [](Statement& row) { return user_row(row); });
}

Result<std::optional<UserRow>> find_user(Reader& reader, std::string_view name) {
  return find_by(reader, columns::user, "FROM user", "name", name, user_row);
}

Result<Listing<TokenRow>> list_tokens(Reader& reader, const Filter& filter,
                                      const std::vector<Order>& order, Page page) {
  return select_page(reader, columns::token, "FROM token", filter,
                     order_by(token_order, order, "id"), page,
                     [](Statement& row) { return token_row(row); });
}

Result<std::optional<TokenRow>> find_token(Reader& reader, std::string_view id) {
  return find_by(reader, columns::token, "FROM token", "id", id, token_row);
}

Result<std::vector<UserRow>> all_users(Reader& reader) {
  return select_all(reader, columns::user, "user", user_row);
}

Result<std::vector<TokenRow>> all_tokens(Reader& reader) {
  return select_all(reader, columns::token, "token", token_row);
}

}  // namespace weft::storage
