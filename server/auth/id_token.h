#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "server/auth/oidc_settings.h"

namespace weft::auth {

/// Are these the claims of a token that the provider made now, for us, and for this sign-in? Its
/// signature was looked at before. Errors: unauthenticated, naming the claim.
Result<void> check_claims(const nlohmann::json& claims, const OidcSettings& settings,
                          std::string_view nonce, Instant now);

/// Who comes from a provider.
struct ExternalUser {
  std::string name, display_name;
  std::string provider;  ///< ISSUER#SUBJECT: whoever has the same name elsewhere is another one
  Role role = Role::none;
};

/// Errors: unauthenticated when a claim that is needed is missing, or is no name here. A role of
/// none means: nobody that may sign in.
Result<ExternalUser> external_user(const nlohmann::json& claims, const OidcSettings& settings);

}  // namespace weft::auth
