#include "server/auth/cross_site.h"

#include <algorithm>

namespace weft::auth {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::string origin_of(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string scheme = in_small_letters(url.substr(0, colon));
  url.remove_prefix(colon + 3);
  std::string host = in_small_letters(url.substr(0, url.find_first_of("/?#")));
  if (host.empty() || (scheme != "http" && scheme != "https")) return {};
  const std::string usual = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(usual)) host.resize(host.size() - usual.size());
  return scheme + "://" + host;
}

std::string own_origin(const http::Request& request) {
  return origin_of((request.is_https ? "https://" : "http://") + request.host);
}

bool is_from_here(const http::Request& request, std::string_view public_origin) {
  const std::string_view given = request.header("origin");
  if (given.empty()) return true;
  const std::string origin = origin_of(given);
  return !origin.empty() && (origin == own_origin(request) || origin == public_origin);
}

bool has_json_type(const http::Request& request) {
  const std::string type = in_small_letters(request.header("content-type"));
  const std::string_view length = request.header("content-length");
  const bool has_body =
      request.headers.contains("transfer-encoding") || (!length.empty() && length != "0");
  if (type.empty()) return !has_body;
  const std::string name = type.substr(0, type.find_first_of("; \t"));
  return name == "application/json" || name == "application/merge-patch+json";
}

std::optional<std::string> cross_site_fault(const http::Request& request,
                                            std::string_view public_origin) {
  if (request.header("origin").empty()) {
    if (request.header("sec-fetch-site") != "same-origin")
      return "a change with a cookie must say where it comes from: send the header Origin, or "
             "Authorization: Bearer TOKEN instead of the cookie";
  } else if (!is_from_here(request, public_origin)) {
    return "this change comes from a page of another server: Origin does not name this one "
           "(behind a proxy, see --behind-proxy and --public-url)";
  }
  if (!has_json_type(request))
    return "a change with a cookie must be JSON: send Content-Type: application/json";
  return std::nullopt;
}

}  // namespace weft::auth
