#include "server/auth/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::auth {
namespace {

std::string cookie_name(const http::Request& request, CookieKind kind) {
  const char* const name = kind == CookieKind::session ? "weft_session" : "weft_oidc";
  return request.is_https ? std::string("__Host-") + name : name;
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::string> Cookies::find(const http::Request& request, CookieKind kind) {
  const std::string name = cookie_name(request, kind);
  std::string_view rest = request.header("cookie");
  std::optional<std::string> found;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = without_spaces(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    found = found ? std::string() : std::string(pair.substr(equals + 1));
    if (found->empty()) return found;
  }
  return found;
}

std::pair<std::string, std::string> Cookies::set(const http::Request& request, CookieKind kind,
                                                 std::string_view value, Duration life) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(life).count();
  const bool with_path = !request.is_https && !base_path_.empty();
  return {"set-cookie", fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite={}{}",
                                    cookie_name(request, kind), value, with_path ? base_path_ : "/",
                                    std::max<std::int64_t>(seconds, 0),
                                    kind == CookieKind::session ? "Strict" : "Lax",
                                    request.is_https ? "; Secure" : "")};
}

std::pair<std::string, std::string> Cookies::clear(const http::Request& request,
                                                   CookieKind kind) const {
  return set(request, kind, "", Duration::zero());
}

}  // namespace weft::auth
