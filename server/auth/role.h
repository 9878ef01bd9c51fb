#pragma once

// What a caller may do, and over which DAGs. Pure: who the caller is was found out before
// (directory.h), what a route needs stands in server/api/routes.cc.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/instant.h"

namespace weft::auth {

/// Each may do all that the one before it may. (`operator` is a word of C++.)
enum class Role : std::uint8_t { none, viewer, operator_, editor, admin };

/// "viewer" …; "" for none.
std::string_view name_of(Role role);
std::optional<Role> role_from(std::string_view name);

/// A role over one DAG, or over all DAGs whose current version has a tag.
struct Grant {
  Role role = Role::none;
  std::string dag_id;  ///< exactly this one; "": by tag
  std::string tag;

  bool operator==(const Grant&) const = default;
};

/// [{"role", "dag_id"} or {"role", "tag"}, …]: what is anything else grants nothing.
std::vector<Grant> grants_from(const nlohmann::json& list);
nlohmann::json grants_json(const std::vector<Grant>& grants);

/// Who asks, by a token that was valid then. Without a name: nobody signed in.
struct Caller {
  std::string user;
  Role role = Role::none;  ///< over everything
  std::vector<Grant> grants;
  std::optional<Role> cap;  ///< of the token: no more than this, whatever the user may do
  std::string token_id;
  bool is_session = false;  ///< the token's kind
  std::optional<Instant> expires_at;

  bool operator==(const Caller&) const = default;
  bool is_signed_in() const { return !user.empty(); }
};

Role role_over_everything(const Caller& caller);
/// The highest of all that reaches this DAG.
Role role_over(const Caller& caller, std::string_view dag_id, const std::vector<std::string>& tags);
/// The highest that the caller has anywhere.
Role highest_role(const Caller& caller);

}  // namespace weft::auth
