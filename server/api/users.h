#pragma once

// What users.cc, user_self.cc and tokens.cc share.

#include "server/api/call.h"

namespace weft::api {

inline constexpr std::size_t max_name = 250;

/// Errors: not_found.
Outcome<UserRow> require_user(const Call& call, const std::string& name);

/// The field of a body, checked for its length; absent: nothing.
std::optional<std::string> read_password(Body& body, std::string_view name);
/// Errors: unavailable, while others are at work.
Outcome<std::string> hash_of(const Call& call, const std::string& password);

/// A role's word, of a body; null or "" is none.
std::optional<auth::Role> read_role(Body& body, std::string_view name);

/// null for none.
nlohmann::json role_json(std::string_view role);

}  // namespace weft::api
