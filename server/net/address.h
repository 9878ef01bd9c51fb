#pragma once

// Where the server listens and by which names it may be called.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft::http {

struct ListenAddress {
  std::string host;        ///< a numeric address without brackets, or `localhost`
  std::uint16_t port = 0;  ///< 0: the system picks one
};

/// `127.0.0.1:8080`, `[::1]:0`, `localhost:8080`. Errors: invalid_argument naming the text and an
/// example.
Result<ListenAddress> parse_listen_address(std::string_view text);

/// 127.0.0.0/8, ::1 and localhost.
bool is_loopback(std::string_view host);

/// `SCHEME://HOST:PORT`, with brackets around an IPv6 address.
std::string http_url(std::string_view host, std::uint16_t port, std::string_view scheme = "http");

/// A path under which everything is served: `/weft`, `/a/b`; "" for the root, also of `/`. Errors:
/// invalid_argument for other characters than letters, digits, `/`, `_`, `.`, `~` and `-`, and for
/// segments that a proxy may resolve (`..`, `//`).
Result<std::string> parse_base_path(std::string_view text);

/// Which Host headers are answered: against DNS rebinding a page on another name must not reach the
/// server through the browser. Ports are not compared.
class HostAllowList {
 public:
  /// Loopback names are always in; `listen_host` when it is a definite address.
  explicit HostAllowList(std::string_view listen_host);
  /// A name, or a URL of which the host is taken.
  void add(std::string_view host_or_url);
  /// `host` is the header's value, with or without a port.
  bool allows(std::string_view host) const;

 private:
  std::set<std::string, std::less<>> hosts_;
};

}  // namespace weft::http
