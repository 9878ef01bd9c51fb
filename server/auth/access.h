#pragma once

// Who may ask for what. Deny by default: a path that is not on the list of public ones needs the
// token of its kind, or the cookie of a session, whether anything answers there or not. A newcomer
// reads this alone.

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "server/auth/directory.h"
#include "server/auth/worker_keys.h"
#include "server/engine/engine.h"
#include "server/net/http.h"

namespace weft::auth {

inline constexpr std::string_view sign_in_prefix = "/auth/";
inline constexpr std::string_view worker_prefix = "/api/worker/v1/";

struct SignInRoute {
  std::string_view method, path;
};
/// How one signs in and out, and learns the ways to. Public.
inline constexpr std::array<SignInRoute, 7> sign_in_routes{{{"POST", "/auth/token"},
                                                            {"POST", "/auth/login"},
                                                            {"POST", "/auth/logout"},
                                                            {"GET", "/auth/session"},
                                                            {"GET", "/auth/methods"},
                                                            {"GET", "/auth/oidc/login"},
                                                            {"GET", "/auth/oidc/callback"}}};
/// nullptr: it is none of them.
const SignInRoute* find_sign_in(std::string_view method, std::string_view path);

enum class Realm : std::uint8_t {
  open,     ///< everyone: health, version, schemas
  sign_in,  ///< everyone: sign-in and -out. A cookie that is over must not stand in the way of it
  web,      ///< everyone: the files and routes of the web UI, and /docs
  workers,  ///< a worker's key, or what lets one join
  api,      ///< a user's token or session: the API, and all that is unknown
};

/// By an exact list; escapes, odd segments and other spellings make nothing public.
Realm realm_of(const http::Request& head);

/// Only the loop's thread, like the directory.
class Access {
 public:
  /// Gets the row of a token that was used, at most once a minute each; must not block.
  using TokenUsed = std::function<void(TokenRow)>;

  /// All but `public_url`, by which others call the server, must outlive it.
  Access(WorkerKeys& workers, Directory& directory, Clock& clock, TokenUsed used,
         std::string_view public_url = {});

  /// From now on /metrics is for everyone. Before the first request.
  void open_metrics() { metrics_are_open_ = true; }

  /// nullopt when the caller may go on; else 401 (no, a malformed, a wrong or an expired token or
  /// cookie) or 403 (the other kind of token; a change with a cookie that may be another site's
  /// doing). Of a token and a cookie the token counts. What a user may do is looked at later, by
  /// route.
  std::optional<http::Response> refuse(const http::Request& head) const;

  /// Who asks, now that the whole request is there; nobody where none is needed. The same refusals.
  tl::expected<Caller, http::Response> caller_of(const http::Request& request);
  /// The same for a call of the worker protocol.
  tl::expected<WorkerCaller, http::Response> worker_of(const http::Request& request) const;

  /// Whose session the cookie is, wherever it was sent from; nobody when it is none.
  std::optional<Caller> session_of(const http::Request& request) const;

  /// Is the caller still who he was, with the same rights? A worker and nobody are.
  bool is_still(const Caller& caller) const;

  /// "" when the server was not told its public URL.
  const std::string& public_origin() const { return public_origin_; }

 private:
  tl::expected<Caller, http::Response> identify(const http::Request& head) const;
  tl::expected<Caller, http::Response> by_cookie(const http::Request& head) const;
  tl::expected<Caller, http::Response> find_user(std::string_view token,
                                                 const http::Request& head) const;

  WorkerKeys& workers_;
  Directory& directory_;
  Clock& clock_;
  const TokenUsed used_;
  const std::string public_origin_;
  bool metrics_are_open_ = false;
};

}  // namespace weft::auth
