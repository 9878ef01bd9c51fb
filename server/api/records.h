#pragma once

// What variables, connections, users and tokens have in common: written through PutRecord, told to
// the audit as {before, after} in which no secret stands.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/call.h"

namespace weft::api {

/// What stands for a value that no role may read.
inline constexpr std::string_view hidden_value = "***";

/// `update_mask` of the query. Errors: invalid_argument for a name that is not in `fields`.
Outcome<std::vector<std::string>> update_mask(const Call& call, std::string_view what,
                                              std::span<const std::string_view> fields);
/// Is the field to be written? An empty mask names all.
bool in_mask(const std::vector<std::string>& mask, std::string_view field);

/// For the audit's detail; `before` null: it is new, `after` null: it is gone.
std::string change_text(const nlohmann::json& before, const nlohmann::json& after);

/// Teams do not exist here.
void refuse_team(Body& body);

/// 204.
http::Response no_content();

}  // namespace weft::api
