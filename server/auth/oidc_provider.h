#pragma once

// What is asked of an OpenID provider, machine to machine:
//
//   /.well-known/openid-configuration ─► where the rest is      (known for an hour)
//   token endpoint: code + verifier ─► ID token
//   jwks_uri ─► its keys                     (anew when none of them fits, and after 15 minutes)

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/auth/jwt.h"
#include "server/auth/oidc_settings.h"
#include "server/outgoing/http_client.h"

namespace weft::auth {

/// What a sign-in sends along and gets back; all of it is guessed by nobody.
struct OidcSecrets {
  std::string state, nonce;
  std::string verifier;  ///< of PKCE
};

/// Thread safe; blocks, for as long as the settings say for each call.
class OidcProvider {
 public:
  using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;
  static constexpr std::chrono::minutes endpoints_time{60}, keys_time{15};
  /// So long the keys are not asked for again, whatever key a token names.
  static constexpr std::chrono::seconds keys_pause{10};
  /// After an outage nobody asks for so long: all are told the same.
  static constexpr std::chrono::seconds outage_time{2};

  /// `settings` as checked() returned them. Asks nobody yet.
  explicit OidcProvider(OidcSettings settings, SteadyNow now = &std::chrono::steady_clock::now);

  /// Where the browser is sent. Errors: unavailable, naming the issuer.
  Result<std::string> sign_in_url(const OidcSecrets& secrets, const std::string& redirect_uri);

  /// The claims of the ID token that the provider gives for a code, which it must have signed.
  /// Errors: unavailable; unauthenticated when it refuses the code, or the signature is wrong.
  Result<nlohmann::json> redeem(const std::string& code, const OidcSecrets& secrets,
                                const std::string& redirect_uri);

  /// From now on nobody is asked any more: unavailable.
  void stop() { is_stopped_ = true; }

 private:
  struct Endpoints {
    std::string authorization, token, keys;
    bool secret_in_body = false;  ///< it takes the client's secret no other way
  };
  Result<Endpoints> endpoints();
  Result<Endpoints> discover();
  Result<nlohmann::json> get_json(const std::string& url, const char* what);
  Result<outgoing::Answer> call(const outgoing::Call& call);
  Result<std::string> id_token(const std::string& code, const OidcSecrets& secrets,
                               const std::string& redirect_uri, const Endpoints& at);
  Result<bool> is_authentic(const Jwt& token, const Endpoints& at);
  bool is_signed_by_one(const Jwt& token) const;
  Result<void> load_keys(const Endpoints& at);

  const OidcSettings settings_;
  const SteadyNow now_;
  outgoing::HttpClient http_;
  std::atomic<bool> is_stopped_ = false;
  std::mutex mutex_;  ///< held while endpoints or keys are asked for: one at a time
  // All guarded by mutex_.
  std::optional<Endpoints> endpoints_;
  std::optional<Error> outage_;
  std::vector<SigningKey> keys_;
  std::optional<std::chrono::steady_clock::time_point> endpoints_at_, outage_at_, keys_at_;
};

}  // namespace weft::auth
