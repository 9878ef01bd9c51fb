#include "server/auth/access.h"

#include <algorithm>
#include <array>

#include "server/auth/cookies.h"
#include "server/auth/cross_site.h"
#include "server/auth/token.h"
#include "server/net/problem.h"

namespace weft::auth {
namespace {

constexpr std::array<std::string_view, 6> open_paths{
    "/healthz",     "/readyz", "/api/v2/version", "/api/v2/monitor/health", "/schemas/dag/v1.json",
    "/openapi.json"};

/// The browser of the API's document, which is public itself.
constexpr std::array<std::string_view, 6> docs_paths{"/docs",
                                                     "/docs/start.js",
                                                     "/docs/favicon.svg",
                                                     "/docs/swagger-ui.css",
                                                     "/docs/swagger-ui-bundle.js",
                                                     "/docs/swagger-ui-bundle.js.LICENSE.txt"};

const std::string register_path = std::string(worker_prefix) + "register";

/// First words of paths that no route of the web UI begins with: what looks like them is denied.
constexpr std::array<std::string_view, 8> reserved{"api",     "auth",    "healthz", "readyz",
                                                   "schemas", "openapi", "metrics", "docs"};

bool is_read(const http::Request& head) {
  return head.method == "GET" || head.method == "HEAD";
}

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& paths, std::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
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

bool is_metrics(const http::Request& head) {
  return is_read(head) && head.path == "/metrics" && raw_path(head) == head.path;
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

const SignInRoute* find_sign_in(std::string_view method, std::string_view path) {
  const auto* const found = std::find_if(
      sign_in_routes.begin(), sign_in_routes.end(),
      [&](const SignInRoute& route) { return route.method == method && route.path == path; });
  return found == sign_in_routes.end() ? nullptr : found;
}

Realm realm_of(const http::Request& head) {
  const bool is_plain = raw_path(head) == head.path;
  if (is_plain && is_read(head) && is_one_of(open_paths, head.path)) return Realm::open;
  if (is_plain && is_read(head) && is_one_of(docs_paths, head.path)) return Realm::web;
  if (is_plain && find_sign_in(head.method, head.path) != nullptr) return Realm::sign_in;
  if (head.path.starts_with(worker_prefix)) return Realm::workers;
  return is_web_route(head) ? Realm::web : Realm::api;
}

Access::Access(WorkerKeys& workers, Directory& directory, Clock& clock, TokenUsed used,
               std::string_view public_url)
    : workers_(workers),
      directory_(directory),
      clock_(clock),
      used_(std::move(used)),
      public_origin_(origin_of(public_url)) {}

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
  const bool is_open = metrics_are_open_ && is_metrics(head);
  const Realm realm = is_open ? Realm::open : realm_of(head);
  if (realm == Realm::web) return Caller{};
  const bool has_header = head.headers.contains("authorization");
  if (realm == Realm::sign_in && !has_header) return Caller{};
  if (realm != Realm::workers && !has_header && Cookies::find(head, CookieKind::session))
    return by_cookie(head);
  // A token that means nothing does not make its sender anonymous.
  if (realm == Realm::open && !has_header) return Caller{};
  if (realm == Realm::workers) {
    if (auto worker = worker_of(head); !worker) return tl::make_unexpected(worker.error());
    return Caller{};
  }
  const auto token = token_of(head);
  if (!token) return tl::make_unexpected(token.error());
  const auto worker = workers_.identify(*token, clock_.now().wall);
  if (!worker && worker.error().empty()) return find_user(*token, head);
  if (!worker) return tl::make_unexpected(unauthenticated(head, worker.error()));
  if (realm != Realm::api) return Caller{};
  return forbidden(head, "a worker's token does not open the API");
}

tl::expected<Caller, http::Response> Access::by_cookie(const http::Request& head) const {
  auto caller = session_of(head);
  if (!caller)
    return tl::make_unexpected(unauthenticated(head, "the session is over: sign in again"));
  if (is_read(head)) return std::move(*caller);
  const auto fault = cross_site_fault(head, public_origin_);
  if (!fault) return std::move(*caller);
  return forbidden(head, *fault);
}

std::optional<Caller> Access::session_of(const http::Request& request) const {
  const auto cookie = Cookies::find(request, CookieKind::session);
  if (!cookie || !is_token(*cookie)) return std::nullopt;
  auto caller = directory_.find(*cookie, clock_.now().wall);
  // A token of the API is to be shown on purpose, not by whatever a page asks for.
  if (caller && !caller->is_session) return std::nullopt;
  return caller;
}

bool Access::is_still(const Caller& caller) const {
  if (!caller.is_signed_in()) return true;
  return directory_.caller_of(caller.token_id, clock_.now().wall) == caller;
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
