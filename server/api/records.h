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

/// An update_mask. Errors: invalid_argument for a name that is not in `fields` of a `noun`.
Outcome<void> check_mask(const std::vector<std::string>& mask, std::string_view noun,
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
