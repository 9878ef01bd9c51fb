#include "server/net/response_head.h"

#include <array>
#include <ctime>

#include "server/net/problem.h"

namespace weft::http {
namespace {

// The page may load from its own origin only, nobody may frame it, types are not guessed.
constexpr std::string_view content_policy =
    "content-security-policy: default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'\r\n";
constexpr std::string_view security_headers =
    "x-content-type-options: nosniff\r\n"
    "x-frame-options: DENY\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-resource-policy: same-origin\r\n";

/// `Sun, 06 Nov 1994 08:49:37 GMT`, made once a second. Loop thread only.
std::string_view http_date() {
  static thread_local std::time_t made_at = 0;
  static thread_local std::array<char, 40> text{};
  static thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    made_at = now;
  }
  return {text.data(), length};
}

bool is_safe(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
  }
  return true;
}

bool frames_the_body(std::string_view name) {
  return name == "content-length" || name == "transfer-encoding" || name == "connection";
}

}  // namespace

void append_head(const Response& response, const HeadStyle& style, std::string& out) {
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\ndate: ";
  out += http_date();
  out += "\r\n";
  out += security_headers;
  if (style.is_https) out += "strict-transport-security: max-age=31536000\r\n";
  bool has_cache_control = false, has_policy = false;
  for (const auto& [name, value] : response.headers) {
    if (frames_the_body(name) || !is_safe(name) || !is_safe(value)) continue;
    has_cache_control = has_cache_control || name == "cache-control";
    has_policy = has_policy || name == "content-security-policy";
    out += name;
    out += ": ";
    if (name == "location" && value.starts_with('/')) out += style.base_path;
    out += value;
    out += "\r\n";
  }
  if (!has_policy) out += content_policy;
  if (!has_cache_control) out += "cache-control: no-store\r\n";
  if (style.form == BodyForm::chunked) {
    out += "transfer-encoding: chunked\r\n";
  } else if (style.form == BodyForm::sized && response.status != 204 && response.status != 304) {
    out += "content-length: ";
    out += std::to_string(response.body.size());
    out += "\r\n";
  }
  if (!style.keep_alive) {
    out += "connection: close\r\n";
  } else if (style.is_http_10) {
    out += "connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace weft::http
