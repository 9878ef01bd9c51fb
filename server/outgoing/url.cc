#include "server/outgoing/url.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::outgoing {

bool is_loopback_url(std::string_view url) {
  const auto start = url.find("://");
  if (start == std::string_view::npos) return false;
  std::string_view host = url.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  // What stands before an @ is a user, whatever it looks like.
  if (host.find('@') != std::string_view::npos) return false;
  if (host.starts_with("[::1]")) return host.size() == 5 || host[5] == ':';
  host = host.substr(0, host.find(':'));
  // 127.example.com is a name like any other.
  const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || (host.starts_with("127.") && is_number);
}

bool is_safe_url(std::string_view url) {
  const bool is_https = url.starts_with("https://");
  const bool is_graphic =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_graphic || url.find_first_of("@?#\\") != std::string_view::npos) return false;
  if (!is_https && !(url.starts_with("http://") && is_loopback_url(url))) return false;
  const std::string_view rest = url.substr(url.find("://") + 3);
  return !rest.empty() && rest.front() != '/' && rest.front() != ':';
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                               c == '~';
    if (is_unreserved)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace weft::outgoing
