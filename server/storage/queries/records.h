#pragma once

// Variables, connections, users and tokens. Sealed fields come as they are stored.

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/record.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

bool is_variable_order(std::string_view name);
Result<Listing<VariableRow>> list_variables(Reader& reader, const Filter& filter,
                                            const std::vector<Order>& order, Page page);
Result<std::optional<VariableRow>> find_variable(Reader& reader, std::string_view key);

bool is_connection_order(std::string_view name);
Result<Listing<ConnectionRow>> list_connections(Reader& reader, const Filter& filter,
                                                const std::vector<Order>& order, Page page);
Result<std::optional<ConnectionRow>> find_connection(Reader& reader, std::string_view id);

bool is_user_order(std::string_view name);
Result<Listing<UserRow>> list_users(Reader& reader, const Filter& filter,
                                    const std::vector<Order>& order, Page page);
Result<std::optional<UserRow>> find_user(Reader& reader, std::string_view name);

bool is_token_order(std::string_view name);
Result<Listing<TokenRow>> list_tokens(Reader& reader, const Filter& filter,
                                      const std::vector<Order>& order, Page page);
Result<std::optional<TokenRow>> find_token(Reader& reader, std::string_view id);

/// All of them: what sign-in keeps in memory.
Result<std::vector<UserRow>> all_users(Reader& reader);
Result<std::vector<TokenRow>> all_tokens(Reader& reader);

}  // namespace weft::storage
