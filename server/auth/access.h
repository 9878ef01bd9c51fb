#pragma once

// Who may ask for what. Deny by default: a path that is not on the list of public ones needs the
// token of its kind, whether anything answers there or not. A newcomer reads this alone.

#include <functional>
#include <optional>
#include <string_view>

#include <tl/expected.hpp>

#include "server/auth/directory.h"
#include "server/auth/worker_keys.h"
#include "server/engine/engine.h"
#include "server/net/http.h"

namespace weft::auth {

inline constexpr std::string_view sign_in_path = "/auth/token";
inline constexpr std::string_view worker_prefix = "/api/worker/v1/";

enum class Realm : std::uint8_t {
  open,     ///< everyone: health, version, schemas, sign-in
  web,      ///< everyone: the files and routes of the web UI
  workers,  ///< a worker's key, or what lets one join
  api,      ///< a user's token: the API, and all that is unknown
};

/// By an exact list; escapes, odd segments and other spellings make nothing public.
Realm realm_of(const http::Request& head);

/// Only the loop's thread, like the directory.
class Access {
 public:
  /// Gets the row of a token that was used, at most once a minute each; must not block.
  using TokenUsed = std::function<void(TokenRow)>;

  /// All must outlive it.
  Access(WorkerKeys& workers, Directory& directory, Clock& clock, TokenUsed used);

  /// nullopt when the caller may go on; else 401 (no, a malformed, a wrong or an expired token) or
  /// 403 (the other kind of token). What a user may do is looked at later, by route.
  std::optional<http::Response> refuse(const http::Request& head) const;

  /// Who asks, now that the whole request is there; nobody where none is needed. The same refusals.
  tl::expected<Caller, http::Response> caller_of(const http::Request& request);
  /// The same for a call of the worker protocol.
  tl::expected<WorkerCaller, http::Response> worker_of(const http::Request& request) const;

 private:
  tl::expected<Caller, http::Response> identify(const http::Request& head) const;
  tl::expected<Caller, http::Response> find_user(std::string_view token,
                                                 const http::Request& head) const;

  WorkerKeys& workers_;
  Directory& directory_;
  Clock& clock_;
  const TokenUsed used_;
};

}  // namespace weft::auth
