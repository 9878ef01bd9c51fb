#pragma once

// Signing in by an OpenID provider: the code flow with PKCE.
//
//   browser                          this server                              provider
//   GET /auth/oidc/login ──────────► a secret into a cookie (SameSite=Lax)
//        ◄─── 302, with the hashes of the secret: state, nonce, challenge
//   ───────────────────────────────────────────────────────────────────────► who are you?
//        ◄──────────────────────────────────────────────── 302 with code and state
//   GET /auth/oidc/callback ───────► is the state the cookie's?
//                                    code, verifier ────────────────────────► ID token
//                                    signature, claims; the user; a session
//        ◄─── 302 to where one wanted to go, with the session's cookie
//
// Nothing is kept here between the two calls, so nobody can fill it up.

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "server/auth/cookies.h"
#include "server/auth/id_token.h"
#include "server/auth/oidc_provider.h"
#include "server/auth/sessions.h"
#include "server/auth/throttle.h"
#include "server/net/loop.h"
#include "server/storage/readers.h"

namespace weft::auth {

/// All must outlive the OidcSignIn, and the tasks that it hands on.
struct OidcDependencies {
  Directory& directory;
  Engine& engine;
  storage::Readers& readers;
  Clock& clock;
  http::Loop& loop;
  const Cookies& cookies;
  /// Runs a task on a thread that may wait for another machine; false: too much to do.
  std::function<bool(std::function<void()>)> background;
  std::string public_url, base_path;
};

/// Loop thread only.
class OidcSignIn {
 public:
  OidcSignIn(OidcSettings settings, OidcDependencies dependencies);

  /// GET /auth/oidc/login?next=…
  void begin(http::Request request, http::Respond respond);
  /// GET /auth/oidc/callback?code=…&state=…
  void finish(http::Request request, http::Respond respond);

  const std::string& name() const { return settings_.name; }
  /// From now on the provider is not asked any more. From any thread.
  void stop() { provider_.stop(); }

 private:
  struct Visit;
  std::string redirect_uri(const http::Request& request) const;
  Result<std::shared_ptr<Visit>> read_visit(const http::Request& request);
  Result<std::string> admit(const std::string& code, const Visit& visit);
  Result<void> keep(const ExternalUser& user, const Visit& visit);
  Result<bool> is_needed_as_admin(const ExternalUser& user) const;
  void open_session(const std::string& user, const Visit& visit);
  void refuse(const Visit& visit, const Error& error);
  http::Response failure(const http::Request& request, const Error& error) const;
  bool use_up(const std::string& state);

  const OidcSettings settings_;
  const OidcDependencies deps_;
  OidcProvider provider_;
  Sessions sessions_;
  Counter failures_;                    ///< by network: what costs a call to the provider
  std::set<std::string> used_;          ///< states that have come back
  std::deque<std::string> used_order_;  ///< the same, the oldest first
};

/// Where to go on this server; "/" for what leads, or may lead, anywhere else.
std::string local_target(std::string_view wanted);

}  // namespace weft::auth
