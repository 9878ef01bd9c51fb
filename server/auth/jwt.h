#pragma once

// JSON Web Tokens as an OpenID provider signs them: RS256 and ES256, and nothing else. `none` and
// the HS family, whose key would be no secret of the provider's, are refused by name.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

struct evp_pkey_st;

namespace weft::auth {

/// A token taken apart; nothing of it is believed yet.
struct Jwt {
  std::string algorithm;  ///< RS256 or ES256
  std::string key_id;     ///< "": it does not say
  nlohmann::json claims;  ///< an object
  std::string signed_text, signature;
};

/// Errors: unauthenticated, saying what is wrong with it, never quoting it.
Result<Jwt> parse_jwt(std::string_view text);

/// A public key of a provider. Immutable, thread safe.
struct SigningKey {
  std::string id;         ///< "": it has none
  std::string algorithm;  ///< the one that it is for: RS256 or ES256
  std::shared_ptr<evp_pkey_st> key;
};

/// Of a JWK set. Keys that are for something else, or weaker than RSA 2048, are left out. Errors:
/// unavailable when it is no such set.
Result<std::vector<SigningKey>> signing_keys_from(std::string_view text);

bool is_signed_by(const Jwt& token, const SigningKey& key);

}  // namespace weft::auth
