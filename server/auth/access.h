#pragma once

// Who may ask for what. Deny by default: a path that is not on the list of public ones needs the
// token of its kind, whether anything answers there or not. A newcomer reads this alone.

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/net/http.h"

namespace weft::auth {

/// The one account there is so far.
inline constexpr std::string_view admin_name = "admin";
inline constexpr std::string_view sign_in_path = "/auth/token";
inline constexpr std::string_view worker_prefix = "/api/worker/v1/";

enum class Realm : std::uint8_t {
  open,     ///< everyone: health, version, schemas, sign-in
  web,      ///< everyone: the files and routes of the web UI
  workers,  ///< the worker token
  admin,    ///< the admin token: the API, and all that is unknown
};

/// By an exact list; escapes, odd segments and other spellings make nothing public.
Realm realm_of(const http::Request& head);

/// Only the loop's thread.
class Access {
 public:
  Access(std::string_view admin_token, std::string_view worker_token);

  /// nullopt when the caller may go on; else 401 (no, a malformed or a wrong token) or 403 (the
  /// other kind of token). Takes the same time for every wrong token.
  std::optional<http::Response> refuse(const http::Request& head) const;

  /// The name for the records: "admin", or "" where no token was needed.
  std::string_view actor_of(const http::Request& head) const;

  /// POST /auth/token: 201 {access_token}, 401, or 429 after 20 wrong tries of one address in a
  /// minute.
  http::Response sign_in(const http::Request& request, std::chrono::steady_clock::time_point now);

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Tries {
    std::chrono::steady_clock::time_point since;
    int failed = 0;
  };
  static Digest digest(std::string_view token);
  bool is(const Digest& expected, std::string_view token) const;
  bool is_throttled(const std::string& remote, std::chrono::steady_clock::time_point now);

  std::string admin_token_;
  Digest admin_{}, worker_{};
  std::map<std::string, Tries> tries_;  ///< by address
};

}  // namespace weft::auth
