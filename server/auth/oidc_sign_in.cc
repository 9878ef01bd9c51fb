#include "server/auth/oidc_sign_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "server/auth/cross_site.h"
#include "server/auth/token.h"
#include "server/net/problem.h"
#include "server/net/target.h"
#include "server/storage/queries/records.h"

namespace weft::auth {
namespace {

using nlohmann::json;

constexpr Duration flow_time = std::chrono::minutes(10);
constexpr std::size_t max_used = 10'000;
constexpr std::size_t max_target = 1'000, max_code = 4'000;
constexpr std::string_view callback_path = "/auth/oidc/callback";

/// What the cookie of a sign-in holds: a secret, and where one wanted to go.
struct Flow {
  std::string secret, target;

  std::string text() const { return secret + "." + to_base64url(target); }
  /// Three that do not tell of each other.
  OidcSecrets secrets() const {
    const auto part = [&](const char* what) { return to_base64url(sha256(what + secret)); };
    return {.state = part("state "), .nonce = part("nonce "), .verifier = part("verifier ")};
  }
};

std::optional<Flow> flow_from(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || !is_token(text.substr(0, dot))) return std::nullopt;
  const auto target = from_base64url(text.substr(dot + 1));
  if (!target) return std::nullopt;
  return Flow{std::string(text.substr(0, dot)), *target};
}

http::Response redirect(std::string target) {
  http::Response response;
  response.status = 302;
  response.headers.emplace_back("location", std::move(target));
  return response;
}

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// Of the provider's own word for an error, which anybody can write into a link.
std::string plain_word(std::string text) {
  text.resize(std::min<std::size_t>(text.size(), 100));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return text;
}

json word_or_null(std::string_view word) {
  return word.empty() ? json() : json(word);
}

}  // namespace

/// A browser that has come back.
struct OidcSignIn::Visit {
  http::Request request;
  http::Respond respond;
  OidcSecrets secrets;
  std::string code, target, redirect_uri;
};

std::string local_target(std::string_view wanted) {
  const std::string_view path = wanted.substr(0, wanted.find('?'));
  // Browsers take \ for /, and drop tabs and ends of lines; what stands behind a # may sign in.
  const auto is_odd = [](char c) {
    return (c >= 0 && c < ' ') || c == 0x7f || c == '\\' || c == '#';
  };
  const bool is_local = wanted.size() <= max_target && wanted.starts_with('/') &&
                        !http::has_odd_segment(path) &&
                        std::none_of(wanted.begin(), wanted.end(), is_odd) &&
                        !path.starts_with("/auth/") && !path.starts_with("/api/");
  if (!is_local) return "/";
  std::string target;
  for (const char c : wanted) {
    if (c > ' ' && c <= '~' && c != '"' && c != '<' && c != '>')
      target += c;
    else
      target += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return target;
}

OidcSignIn::OidcSignIn(OidcSettings settings, OidcDependencies dependencies)
    : settings_(std::move(settings)),
      deps_(std::move(dependencies)),
      provider_(settings_),
      sessions_(deps_.directory, deps_.engine, deps_.clock),
      failures_(20, std::chrono::minutes(1)) {}

/// As the provider knows it: it accepts only what was registered there.
std::string OidcSignIn::redirect_uri(const http::Request& request) const {
  std::string base = deps_.public_url;
  while (base.ends_with('/')) base.pop_back();
  if (base.empty()) base = own_origin(request) + deps_.base_path;
  return base + std::string(callback_path);
}

void OidcSignIn::begin(http::Request request, http::Respond respond) {
  Flow flow{.secret = make_token(),
            .target = local_target(request.query_value("next").value_or("/"))};
  auto visit = std::make_shared<Visit>(Visit{.request = std::move(request), .respond = respond});
  visit->secrets = flow.secrets();
  visit->redirect_uri = redirect_uri(visit->request);
  auto cookie = deps_.cookies.set(visit->request, CookieKind::oidc, flow.text(), flow_time);
  const bool accepted = deps_.background([this, visit, cookie = std::move(cookie)] {
    auto url = provider_.sign_in_url(visit->secrets, visit->redirect_uri);
    if (!url) return visit->respond(failure(visit->request, url.error()));
    auto response = redirect(std::move(*url));
    response.headers.push_back(cookie);
    visit->respond(std::move(response));
  });
  if (!accepted)
    respond(failure(visit->request,
                    {ErrorCode::unavailable, "others are signing in; try again in a moment"}));
}

void OidcSignIn::finish(http::Request request, http::Respond respond) {
  auto visit = read_visit(request);
  if (!visit) return respond(failure(request, visit.error()));
  (*visit)->request = std::move(request);
  (*visit)->respond = respond;
  const bool accepted = deps_.background([this, visit = *visit] {
    auto user = admit(visit->code, *visit);
    deps_.loop.post([this, visit, user = std::move(user)] {
      if (!user) return refuse(*visit, user.error());
      open_session(*user, *visit);
    });
  });
  if (!accepted)
    refuse(**visit, {ErrorCode::unavailable, "others are signing in; try again in a moment"});
}

/// What can be said before the provider is asked.
Result<std::shared_ptr<OidcSignIn::Visit>> OidcSignIn::read_visit(const http::Request& request) {
  const auto cookie = Cookies::find(request, CookieKind::oidc);
  const auto flow = cookie ? flow_from(*cookie) : std::nullopt;
  if (!flow)
    return fail(ErrorCode::invalid_argument,
                "this sign-in was begun in another browser, or took too long: begin again");
  auto visit = std::make_shared<Visit>(
      Visit{.secrets = flow->secrets(), .target = local_target(flow->target)});
  if (!is_same(request.query_value("state").value_or(""), visit->secrets.state))
    return fail(ErrorCode::invalid_argument,
                "this answer belongs to another sign-in (state): begin again");
  if (const auto error = request.query_value("error"))
    return fail(ErrorCode::permission_denied,
                fmt::format("{} did not let you in: {}", settings_.name, plain_word(*error)));
  const auto issuer = request.query_value("iss");
  if (issuer && *issuer != settings_.issuer)
    return fail(ErrorCode::invalid_argument, "this answer comes from another provider (iss)");
  visit->code = request.query_value("code").value_or("");
  if (visit->code.empty() || visit->code.size() > max_code)
    return fail(ErrorCode::invalid_argument, "the provider's answer has no code");
  if (failures_.is_full(network_of(request.remote), deps_.clock.now().steady))
    return fail(ErrorCode::resource_exhausted, "too many sign-ins failed: wait a minute");
  if (!use_up(visit->secrets.state))
    return fail(ErrorCode::invalid_argument, "this sign-in is over already: begin again");
  visit->redirect_uri = redirect_uri(request);
  return visit;
}

/// False: it was there before.
bool OidcSignIn::use_up(const std::string& state) {
  if (!used_.insert(state).second) return false;
  used_order_.push_back(state);
  if (used_order_.size() <= max_used) return true;
  used_.erase(used_order_.front());
  used_order_.pop_front();
  return true;
}

/// On a thread that may wait. The user's name.
Result<std::string> OidcSignIn::admit(const std::string& code, const Visit& visit) {
  TRY_ASSIGN(const json claims, provider_.redeem(code, visit.secrets, visit.redirect_uri));
  TRY(check_claims(claims, settings_, visit.secrets.nonce, deps_.clock.now().wall));
  TRY_ASSIGN(const ExternalUser user, external_user(claims, settings_));
  TRY(keep(user, visit));
  return user.name;
}

/// Do the groups take the role from the last admin? Nobody could give it back.
Result<bool> OidcSignIn::is_needed_as_admin(const ExternalUser& user) const {
  if (user.role == Role::admin) return false;
  TRY_ASSIGN(const auto users, deps_.readers.with(storage::all_users));
  return is_last_admin(users, user.name);
}

/// The user's record: made at the first sign-in, with the role of the groups at each. Who is in
/// none any more loses the role, and all sessions; but the last admin stays one, and the audit says
/// so.
Result<void> OidcSignIn::keep(const ExternalUser& user, const Visit& visit) {
  const auto lock = edit_users();
  TRY_ASSIGN(const auto known, deps_.readers.with([&](storage::Reader& reader) {
    return storage::find_user(reader, user.name);
  }));
  const auto no_group = [&] {
    return fail(ErrorCode::permission_denied,
                fmt::format("\"{}\" is in no group that may sign in here", user.name));
  };
  if (!known && user.role == Role::none) return no_group();
  if (known && known->provider != user.provider)
    return fail(ErrorCode::conflict,
                fmt::format("there is another user \"{}\" here, who does not come from {} with "
                            "this account: an admin can delete or rename one of the two",
                            user.name, settings_.issuer));
  if (known && known->is_disabled)
    return fail(ErrorCode::permission_denied, fmt::format("\"{}\" is disabled here", user.name));
  const Instant now = deps_.clock.now().wall;
  UserRow row =
      known.value_or(UserRow{.name = user.name, .provider = user.provider, .created_at = now});
  if (!row.grants.is_array()) row.grants = json::array();
  TRY_ASSIGN(const bool stays_admin, is_needed_as_admin(user));
  const Role role = stays_admin ? Role::admin : user.role;
  const std::string name_of_role(auth::name_of(role));
  const bool is_same_user =
      known && row.role == name_of_role && row.display_name == user.display_name;
  if (!is_same_user || stays_admin) {
    json change{{"provider", user.provider},
                {"role", word_or_null(name_of_role)},
                {"role_before", word_or_null(row.role)}};
    if (stays_admin) {
      change["role_of_groups"] = word_or_null(auth::name_of(user.role));
      change["reason"] = "the last admin stays one: make another one first";
    }
    if (role == Role::none) ++row.epoch;
    row.role = name_of_role;
    row.display_name = user.display_name;
    row.updated_at = now;
    TRY(deps_.engine.call(
        PutRecord{.record = row,
                  .mode = known ? PutRecord::Mode::update : PutRecord::Mode::create,
                  .actor = {user.name, visit.request.remote},
                  .action = stays_admin ? "keep_last_admin"
                            : known     ? "update_user"
                                        : "create_user",
                  .detail = change.dump(-1, ' ', false, json::error_handler_t::replace)}));
  }
  if (role == Role::none) return no_group();
  return {};
}

void OidcSignIn::open_session(const std::string& user, const Visit& visit) {
  const UserRow* const row = deps_.directory.user(user);
  if (row == nullptr || row->is_disabled)
    return refuse(visit, {ErrorCode::permission_denied, "the user is gone, or disabled"});
  auto answer = redirect(visit.target);
  answer.headers.push_back(deps_.cookies.clear(visit.request, CookieKind::oidc));
  sessions_.open(*row, {.remote = visit.request.remote, .detail = "by OpenID Connect"},
                 [this, answer = std::move(answer), request = visit.request,
                  respond = visit.respond](const Result<OpenedSession>& opened) mutable {
                   if (!opened) return respond(failure(request, opened.error()));
                   answer.headers.push_back(deps_.cookies.set(request, CookieKind::session,
                                                              opened->token, Sessions::length));
                   respond(std::move(answer));
                 });
}

void OidcSignIn::refuse(const Visit& visit, const Error& error) {
  if (error.code != ErrorCode::unavailable)
    failures_.add(network_of(visit.request.remote), deps_.clock.now().steady);
  visit.respond(failure(visit.request, error));
}

/// For a person a page, for a program the problem. Ends the sign-in. Thread safe.
http::Response OidcSignIn::failure(const http::Request& request, const Error& error) const {
  http::Response response = http::problem(error, request.path);
  if (request.header("accept").find("text/html") != std::string_view::npos) {
    std::erase_if(response.headers,
                  [](const auto& header) { return header.first == "content-type"; });
    response.headers.emplace_back("content-type", "text/html; charset=utf-8");
    response.body = fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign-in failed · "
        "Weft</title></head><body><main><h1>Sign-in failed</h1><p>{}</p><p><a "
        "href=\"{}/sign-in\">Back to the sign-in</a></p></main></body></html>\n",
        html(error.message), deps_.base_path);
  }
  response.headers.push_back(deps_.cookies.clear(request, CookieKind::oidc));
  return response;
}

}  // namespace weft::auth
