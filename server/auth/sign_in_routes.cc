#include "server/auth/sign_in_routes.h"

#include <nlohmann/json.hpp>

#include "base/shallow_json.h"
#include "server/auth/cross_site.h"
#include "server/net/problem.h"

namespace weft::auth {
namespace {

using nlohmann::json;

http::Response tell_token(const OpenedSession& opened) {
  return http::json_response(json{{"access_token", opened.token}}.dump(), 201);
}

json session_json(const std::string& user, std::optional<Instant> expires_at) {
  return {{"username", user},
          {"expires_at", expires_at ? json(format_instant_z(*expires_at)) : json()}};
}

bool says_nothing(const std::string& body) {
  if (body.empty()) return true;
  const ShallowJson read = parse_shallow(body);
  return read.good() && read.value.is_object() && read.value.empty();
}

http::Response denied(const std::string& why, const http::Request& request) {
  return http::problem(403, "permission_denied", why, request.path);
}

}  // namespace

void SignInRoutes::handle(http::Request request, http::Respond respond) {
  // Once more, since the head was let in: the body may have taken its time.
  auto caller = deps_.access.caller_of(request);
  if (!caller) return respond(std::move(caller.error()));
  const std::string& path = request.path;
  if (path == "/auth/session") return respond(session(request));
  if (path == "/auth/methods") return respond(methods());
  if (path == "/auth/logout") return logout(request, std::move(respond));
  if (path == "/auth/login") return login(std::move(request), std::move(respond));
  if (path == "/auth/token")
    return deps_.sign_in.handle(std::move(request), std::move(respond), tell_token);
  if (deps_.oidc == nullptr)
    return respond(http::problem(404, "not_found",
                                 "this server knows no OpenID provider (--oidc-issuer)", path));
  if (path == "/auth/oidc/login") return deps_.oidc->begin(std::move(request), std::move(respond));
  deps_.oidc->finish(std::move(request), std::move(respond));
}

/// With a password, or with a token that is shown in a header: what the web page is given is not
/// kept where its scripts could read it. Nobody else's page can sign somebody in here.
void SignInRoutes::login(http::Request request, http::Respond respond) {
  if (!is_from_here(request, deps_.access.public_origin()))
    return respond(denied("this sign-in comes from a page of another server", request));
  if (!has_json_type(request))
    return respond(http::problem(415, "invalid_argument",
                                 "a sign-in is JSON: send Content-Type: application/json",
                                 request.path));
  if (request.headers.contains("authorization")) {
    const auto caller = deps_.access.caller_of(request);
    if (!caller) return respond(caller.error());
    // Which of two credentials counts must not be a matter of taste.
    if (!says_nothing(request.body))
      return respond(http::problem(422, "unprocessable",
                                   "a token is shown in the header: the body stays empty, or {}",
                                   request.path));
    return exchange(*caller, request, std::move(respond));
  }
  const auto before = deps_.access.session_of(request);
  auto tell = tell_in_cookie(request);
  deps_.sign_in.handle(std::move(request), std::move(respond), std::move(tell),
                       before ? before->token_id : std::string());
}

/// The session may no more and lasts no longer than the token, and ends with it.
void SignInRoutes::exchange(const Caller& caller, const http::Request& request,
                            http::Respond respond) {
  const UserRow* const user = deps_.directory.user(caller.user);
  if (user == nullptr) return respond(denied("a worker's token signs nobody in", request));
  const auto before = deps_.access.session_of(request);
  // It would end itself.
  const bool is_own = before && before->token_id == caller.token_id;
  deps_.sessions.open(*user,
                      {.remote = request.remote,
                       .role = caller.cap ? std::string(name_of(*caller.cap)) : std::string(),
                       .maker = caller.token_id,
                       .at_most = caller.expires_at,
                       .replaces = before && !is_own ? before->token_id : std::string(),
                       .detail = "with the token " + caller.token_id},
                      [respond = std::move(respond), path = request.path,
                       tell = tell_in_cookie(request)](const Result<OpenedSession>& opened) {
                        respond(opened ? tell(*opened) : http::problem(opened.error(), path));
                      });
}

/// Called on the engine's thread.
SignIn::Tell SignInRoutes::tell_in_cookie(const http::Request& request) const {
  http::Request facts;
  facts.is_https = request.is_https;
  return [&cookies = deps_.cookies, &clock = deps_.clock,
          facts = std::move(facts)](const OpenedSession& opened) {
    http::Response response =
        http::json_response(session_json(opened.user, opened.expires_at).dump());
    response.headers.push_back(cookies.set(facts, CookieKind::session, opened.token,
                                           opened.expires_at - clock.now().wall));
    return response;
  };
}

/// Of the session that the cookie, or the header, stands for. Signing out twice is well.
void SignInRoutes::logout(const http::Request& request, http::Respond respond) {
  auto caller = *deps_.access.caller_of(request);
  if (caller.is_signed_in() && !caller.is_session)
    return respond(http::problem(409, "conflict",
                                 "a token of the API is not signed out but deleted: DELETE "
                                 "/api/v2/tokens/" +
                                     caller.token_id,
                                 request.path));
  if (!caller.is_signed_in()) {
    if (const auto fault = cross_site_fault(request, deps_.access.public_origin()))
      return respond(denied(*fault, request));
    caller = deps_.access.session_of(request).value_or(Caller{});
  }
  http::Response done;
  done.status = 204;
  done.headers.push_back(deps_.cookies.clear(request, CookieKind::session));
  if (!caller.is_signed_in()) return respond(std::move(done));
  deps_.sessions.end(caller, request.remote,
                     [respond = std::move(respond), done = std::move(done),
                      path = request.path](const Result<void>& ended) {
                       respond(ended ? done : http::problem(ended.error(), path));
                     });
}

/// Whose the cookie is: nobody's, when it is over.
http::Response SignInRoutes::session(const http::Request& request) const {
  const auto caller = deps_.access.session_of(request);
  return http::json_response(caller ? session_json(caller->user, caller->expires_at).dump()
                                    : R"({"username":null,"expires_at":null})");
}

http::Response SignInRoutes::methods() const {
  json oidc;
  if (deps_.oidc != nullptr)
    oidc = {{"name", deps_.oidc->name()}, {"login_path", "/auth/oidc/login"}};
  return http::json_response(json{{"password", true}, {"oidc", std::move(oidc)}}.dump());
}

}  // namespace weft::auth
