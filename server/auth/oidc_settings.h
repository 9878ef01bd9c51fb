#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/auth/role.h"

namespace weft::auth {

/// An OpenID provider, and what its users may do here.
struct OidcSettings {
  std::string issuer;  ///< "https://login.example.com/realms/data"; "": there is none
  std::string client_id;
  std::string client_secret_file, client_secret;  ///< "": a public client
  std::string scopes = "openid profile email";
  std::string username_claim;  ///< "": preferred_username, else email
  std::string groups_claim = "groups";
  std::vector<std::string> group_roles;            ///< "GROUP=ROLE", as the options have it
  std::map<std::string, Role, std::less<>> roles;  ///< of groups; checked() fills it
  std::string default_role;                        ///< of who is in none of them; "": they stay out
  std::string name = "single sign-on";             ///< on the button
  std::string ca_file;                             ///< "": the system's
  std::chrono::milliseconds timeout{5'000};        ///< of a whole call

  bool is_on() const { return !issuer.empty(); }
};

/// The settings in their final form. Reads the secret's file once; asks nobody. Errors:
/// invalid_argument naming the option and the fix, unavailable for a file.
Result<OidcSettings> checked(OidcSettings settings);

}  // namespace weft::auth
