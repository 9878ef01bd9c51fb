#pragma once

// The two cookies of the web page. Over TLS their names begin with `__Host-`: no other host, no
// plain connection and no path can have set them. Plain HTTP, which is spoken on loopback only,
// cannot set such names, so there they go without. Ports are nothing to cookies: another server on
// the same loopback name gets them, too.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "server/net/http.h"

namespace weft::auth {

enum class CookieKind : std::uint8_t {
  session,  ///< SameSite=Strict: other sites' links and forms come without it
  oidc,     ///< SameSite=Lax: it has to come with the redirect that leads back from the provider
};

/// Thread safe.
class Cookies {
 public:
  /// `base_path` as of http::parse_base_path: without TLS the cookies go nowhere else.
  explicit Cookies(std::string base_path) : base_path_(std::move(base_path)) {}

  /// nullopt: there is none; "": there are several, of which none counts.
  static std::optional<std::string> find(const http::Request& request, CookieKind kind);

  /// A header Set-Cookie.
  std::pair<std::string, std::string> set(const http::Request& request, CookieKind kind,
                                          std::string_view value, Duration life) const;
  std::pair<std::string, std::string> clear(const http::Request& request, CookieKind kind) const;

 private:
  const std::string base_path_;
};

}  // namespace weft::auth
