#include "server/auth/access.h"

#include <algorithm>
#include <array>

#include "server/net/problem.h"

namespace weft::auth {
namespace {

constexpr std::array<std::string_view, 6> open_paths{
    "/healthz",     "/readyz", "/api/v2/version", "/api/v2/monitor/health", "/schemas/dag/v1.json",
    "/openapi.json"};

const std::string register_path = std::string(worker_prefix) + "register";

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

tl::unexpected<http::Response> forbidden(const http::Request& head, std::string_view detail) {
  return tl::make_unexpected(http::problem(403, "permission_denied", detail, head.path));
}

tl::expected<std::string_view, http::Response> token_of(const http::Request& head) {
  const auto no = [&](std::string_view detail) {
    return tl::make_unexpected(unauthenticated(head, detail));
  };
  if (!head.headers.contains("authorization"))
    return no("this needs a token: send the header Authorization: Bearer TOKEN");
  const auto token = bearer(head);
  if (!token) return no("the Authorization header is malformed: expected Bearer TOKEN");
  return *token;
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
  return is_web_route(head) ? Realm::web : Realm::api;
}

Access::Access(WorkerKeys& workers, Directory& directory, Clock& clock, TokenUsed used)
    : workers_(workers), directory_(directory), clock_(clock), used_(std::move(used)) {}

tl::expected<WorkerCaller, http::Response> Access::worker_of(const http::Request& head) const {
  const auto token = token_of(head);
  if (!token) return tl::make_unexpected(token.error());
  auto worker = workers_.identify(*token, clock_.now().wall);
  if (worker && (worker->by != WorkerCaller::By::join_token || head.path == register_path))
    return std::move(*worker);
  if (worker)
    return forbidden(head, "a join token only registers a worker, which then has a key of its own");
  if (!worker.error().empty()) return tl::make_unexpected(unauthenticated(head, worker.error()));
  if (auto user = find_user(*token, head); !user) return tl::make_unexpected(user.error());
  return forbidden(head,
                   "this needs a worker's key, or a token with which a worker joins (see `weft "
                   "workers invite`), not a user's");
}

tl::expected<Caller, http::Response> Access::find_user(std::string_view token,
                                                       const http::Request& head) const {
  auto caller = directory_.find(token, clock_.now().wall);
  if (caller) return std::move(*caller);
  return tl::make_unexpected(unauthenticated(head, "the token is not valid here, or not any more"));
}

tl::expected<Caller, http::Response> Access::identify(const http::Request& head) const {
  const Realm realm = realm_of(head);
  if (realm == Realm::web) return Caller{};
  // A token that means nothing does not make its sender anonymous.
  if (realm == Realm::open && !head.headers.contains("authorization")) return Caller{};
  if (realm == Realm::workers) {
    if (auto worker = worker_of(head); !worker) return tl::make_unexpected(worker.error());
    return Caller{};
  }
  const auto token = token_of(head);
  if (!token) return tl::make_unexpected(token.error());
  const auto worker = workers_.identify(*token, clock_.now().wall);
  if (!worker && worker.error().empty()) return find_user(*token, head);
  if (!worker) return tl::make_unexpected(unauthenticated(head, worker.error()));
  if (realm == Realm::open) return Caller{};
  return forbidden(head, "a worker's token does not open the API");
}

std::optional<http::Response> Access::refuse(const http::Request& head) const {
  auto caller = identify(head);
  if (caller) return std::nullopt;
  return std::move(caller.error());
}

tl::expected<Caller, http::Response> Access::caller_of(const http::Request& request) {
  auto caller = identify(request);
  if (!caller || !caller->is_signed_in()) return caller;
  if (auto row = directory_.note_use(caller->token_id, clock_.now().wall); row && used_)
    used_(std::move(*row));
  return caller;
}

}  // namespace weft::auth
