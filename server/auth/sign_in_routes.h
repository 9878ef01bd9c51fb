#pragma once

// The routes under /auth/ (access.cc lists them): for scripts a session as a token, for the web
// page one as a cookie.

#include <memory>

#include "server/auth/access.h"
#include "server/auth/cookies.h"
#include "server/auth/oidc_sign_in.h"
#include "server/auth/sign_in.h"

namespace weft::auth {

/// All must outlive it.
struct SignInRoutesDependencies {
  Access& access;
  Directory& directory;
  SignIn& sign_in;
  Sessions& sessions;
  const Cookies& cookies;
  Clock& clock;
  OidcSignIn* oidc = nullptr;  ///< nullptr: there is no provider
};

/// Loop thread only.
class SignInRoutes {
 public:
  explicit SignInRoutes(SignInRoutesDependencies dependencies) : deps_(dependencies) {}

  /// A request of Realm::sign_in.
  void handle(http::Request request, http::Respond respond);

 private:
  void login(http::Request request, http::Respond respond);
  void exchange(const Caller& caller, const http::Request& request, http::Respond respond);
  void logout(const http::Request& request, http::Respond respond);
  http::Response session(const http::Request& request) const;
  http::Response methods() const;
  SignIn::Tell tell_in_cookie(const http::Request& request) const;

  const SignInRoutesDependencies deps_;
};

}  // namespace weft::auth
