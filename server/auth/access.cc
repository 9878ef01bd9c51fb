#include "server/auth/access.h"

#include <sodium.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "server/net/problem.h"

namespace weft::auth {
namespace {

constexpr int max_failed_tries = 20;
constexpr auto tries_window = std::chrono::minutes(1);
constexpr std::size_t max_addresses = 10'000;

constexpr std::array<std::string_view, 6> open_paths{
    "/healthz",     "/readyz", "/api/v2/version", "/api/v2/monitor/health", "/schemas/dag/v1.json",
    "/openapi.json"};

/// First words of paths that no route of the web UI begins with: what looks like them is denied.
constexpr std::array<std::string_view, 8> reserved{"api",     "auth",    "healthz", "readyz",
                                                   "schemas", "openapi", "metrics", "docs"};

bool is_read(const http::Request& head) {
  return head.method == "GET" || head.method == "HEAD";
}

std::string_view raw_path(const http::Request& head) {
  const std::string_view raw = head.raw_target;
  return raw.substr(0, raw.find_first_of("?#"));
}

bool has_odd_segment(std::string_view path) {
  return path.find("//") != std::string_view::npos || path.find("/./") != std::string_view::npos ||
         path.find("/../") != std::string_view::npos || path.ends_with("/.") ||
         path.ends_with("/..");
}

bool is_web_route(const http::Request& head) {
  if (!is_read(head) || has_odd_segment(head.path)) return false;
  std::string first = head.path.substr(1, head.path.find('/', 1) - 1);
  std::transform(first.begin(), first.end(), first.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::none_of(reserved.begin(), reserved.end(),
                      [&](std::string_view word) { return first.starts_with(word); });
}

/// The token of `Authorization: Bearer TOKEN`; nullopt when the header is anything else.
std::optional<std::string_view> bearer(const http::Request& head) {
  std::string_view value = head.header("authorization");
  constexpr std::string_view scheme = "bearer ";
  if (value.size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = value[i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != scheme[i]) return std::nullopt;
  }
  value.remove_prefix(scheme.size());
  if (value.find_first_of(" ,\t") != std::string_view::npos) return std::nullopt;
  return value;
}

http::Response unauthenticated(const http::Request& head, std::string_view detail) {
  return http::problem(401, "unauthenticated", detail, head.path);
}

}  // namespace

Realm realm_of(const http::Request& head) {
  const bool is_plain = raw_path(head) == head.path;
  if (is_plain && is_read(head) &&
      std::find(open_paths.begin(), open_paths.end(), head.path) != open_paths.end()) {
    return Realm::open;
  }
  if (is_plain && head.method == "POST" && head.path == sign_in_path) return Realm::open;
  if (head.path.starts_with(worker_prefix)) return Realm::workers;
  return is_web_route(head) ? Realm::web : Realm::admin;
}

Access::Access(std::string_view admin_token, std::string_view worker_token)
    : admin_token_(admin_token), admin_(digest(admin_token)), worker_(digest(worker_token)) {}

Access::Digest Access::digest(std::string_view token) {
  WEFT_CHECK(sodium_init() >= 0);
  Digest out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return out;
}

/// Of equal digests only: neither the place of the first difference nor the length shows in time.
bool Access::is(const Digest& expected, std::string_view token) const {
  const Digest actual = digest(token);
  return sodium_memcmp(actual.data(), expected.data(), expected.size()) == 0;
}

std::optional<http::Response> Access::refuse(const http::Request& head) const {
  const Realm realm = realm_of(head);
  if (realm == Realm::web) return std::nullopt;
  const bool has_header = head.headers.contains("authorization");
  // A token that means nothing does not make its sender anonymous.
  if (realm == Realm::open && !has_header) return std::nullopt;
  if (!has_header) {
    return unauthenticated(head, "this needs a token: send the header Authorization: Bearer TOKEN");
  }
  const auto token = bearer(head);
  if (!token) {
    return unauthenticated(head, "the Authorization header is malformed: expected Bearer TOKEN");
  }
  const bool is_admin = is(admin_, *token);
  const bool is_worker = is(worker_, *token);
  if (!is_admin && !is_worker) return unauthenticated(head, "the token is not valid here");
  const bool may = realm == Realm::open || (realm == Realm::workers ? is_worker : is_admin);
  if (may) return std::nullopt;
  return http::problem(403, "permission_denied",
                       realm == Realm::workers ? "this needs the worker token (worker-token in the "
                                                 "server's data folder), not the admin's"
                                               : "a worker's token does not open the API",
                       head.path);
}

std::string_view Access::actor_of(const http::Request& head) const {
  return realm_of(head) == Realm::admin ? admin_name : std::string_view();
}

bool Access::is_throttled(const std::string& remote, std::chrono::steady_clock::time_point now) {
  std::erase_if(tries_,
                [&](const auto& entry) { return entry.second.since + tries_window <= now; });
  const auto found = tries_.find(remote);
  return found != tries_.end() && found->second.failed >= max_failed_tries;
}

http::Response Access::sign_in(const http::Request& request,
                               std::chrono::steady_clock::time_point now) {
  if (is_throttled(request.remote, now)) {
    http::Response refused = http::problem(429, "resource_exhausted",
                                           "too many wrong tries: wait a minute", request.path);
    return refused;
  }
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  const auto text = [&](const char* key) -> std::optional<std::string> {
    if (!body.is_object()) return std::nullopt;
    const auto found = body.find(key);
    if (found == body.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  const auto name = text("username"), password = text("password");
  if (!name || !password) {
    return http::problem(422, "unprocessable",
                         "expected a JSON object with the strings username and password",
                         request.path);
  }
  // Both are looked at, whichever is wrong.
  const bool is_password = is(admin_, *password);
  if (is_password && *name == admin_name) {
    const nlohmann::json answer{{"access_token", admin_token_}};
    return http::json_response(answer.dump(), 201);
  }
  if (tries_.size() < max_addresses || tries_.contains(request.remote)) {
    Tries& tries = tries_.try_emplace(request.remote, Tries{now, 0}).first->second;
    ++tries.failed;
  }
  return unauthenticated(request, "the user name or the password is wrong");
}

}  // namespace weft::auth
