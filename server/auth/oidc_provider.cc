#include "server/auth/oidc_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/shallow_json.h"
#include "server/outgoing/url.h"

namespace weft::auth {
namespace {

using nlohmann::json;
using outgoing::escaped;

constexpr std::size_t max_provider_word = 100;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Of an error that the provider answers: its word for it, which is for people.
std::string provider_word(const std::string& body) {
  const ShallowJson read = parse_shallow(body);
  if (!read.good() || !read.value.is_object()) return {};
  std::string word = text_at(read.value, "error").substr(0, max_provider_word);
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return word.empty() ? word : ": " + word;
}

std::string base64(std::string_view text) {
  std::string out = to_base64url(text);
  std::replace(out.begin(), out.end(), '-', '+');
  std::replace(out.begin(), out.end(), '_', '/');
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string form_of(const std::vector<std::pair<const char*, std::string>>& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    form += std::string(name) + "=" + escaped(value);
  }
  return form;
}

bool has_text(const json& list, std::string_view wanted) {
  return list.is_array() && std::any_of(list.begin(), list.end(), [&](const json& item) {
           return item.is_string() && item.get<std::string>() == wanted;
         });
}

}  // namespace

OidcProvider::OidcProvider(OidcSettings settings, SteadyNow now)
    : settings_(std::move(settings)),
      now_(std::move(now)),
      http_({.peer = "the OpenID provider " + settings_.issuer,
             .ca_file = settings_.ca_file,
             .timeout = settings_.timeout}) {}

Result<outgoing::Answer> OidcProvider::call(const outgoing::Call& call) {
  if (is_stopped_) return fail(ErrorCode::unavailable, "the server is stopping");
  return http_.call(call);
}

Result<json> OidcProvider::get_json(const std::string& url, const char* what) {
  TRY_ASSIGN(const auto answer, call({.url = url}));
  const ShallowJson read = parse_shallow(answer.body);
  if (answer.status == 200 && read.good() && read.value.is_object()) return read.value;
  return fail(ErrorCode::unavailable,
              fmt::format("the OpenID provider {} answers {} with {} and no JSON object",
                          settings_.issuer, what, answer.status));
}

Result<OidcProvider::Endpoints> OidcProvider::endpoints() {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  if (endpoints_ && now < *endpoints_at_ + endpoints_time) return *endpoints_;
  if (outage_ && now < *outage_at_ + outage_time) return tl::unexpected<Error>(*outage_);
  auto found = discover();
  if (!found) {
    outage_ = found.error();
    outage_at_ = now_();
    return found;
  }
  outage_.reset();
  endpoints_ = *found;
  endpoints_at_ = now;
  return found;
}

Result<OidcProvider::Endpoints> OidcProvider::discover() {
  std::string url = settings_.issuer;
  while (url.back() == '/') url.pop_back();
  TRY_ASSIGN(const json document, get_json(url + "/.well-known/openid-configuration", "discovery"));
  if (text_at(document, "issuer") != settings_.issuer)
    return fail(ErrorCode::unavailable,
                fmt::format("the OpenID provider at {} calls itself by another name: --oidc-issuer "
                            "must be exactly its issuer",
                            settings_.issuer));
  Endpoints found{.authorization = text_at(document, "authorization_endpoint"),
                  .token = text_at(document, "token_endpoint"),
                  .keys = text_at(document, "jwks_uri")};
  // Where the browser goes may have a query of its own.
  const std::string page = found.authorization.substr(0, found.authorization.find('?'));
  for (const std::string& endpoint : {page, found.token, found.keys})
    if (!outgoing::is_safe_url(endpoint))
      return fail(ErrorCode::unavailable,
                  fmt::format("the OpenID provider {} names an endpoint that is missing or not "
                              "https",
                              settings_.issuer));
  const auto ways = document.find("token_endpoint_auth_methods_supported");
  found.secret_in_body = ways != document.end() && !has_text(*ways, "client_secret_basic") &&
                         has_text(*ways, "client_secret_post");
  return found;
}

Result<std::string> OidcProvider::sign_in_url(const OidcSecrets& secrets,
                                              const std::string& redirect_uri) {
  TRY_ASSIGN(const Endpoints at, endpoints());
  const char mark = at.authorization.find('?') == std::string::npos ? '?' : '&';
  return at.authorization + mark +
         form_of({{"response_type", "code"},
                  {"client_id", settings_.client_id},
                  {"redirect_uri", redirect_uri},
                  {"scope", settings_.scopes},
                  {"state", secrets.state},
                  {"nonce", secrets.nonce},
                  {"code_challenge", to_base64url(sha256(secrets.verifier))},
                  {"code_challenge_method", "S256"}});
}

Result<json> OidcProvider::redeem(const std::string& code, const OidcSecrets& secrets,
                                  const std::string& redirect_uri) {
  TRY_ASSIGN(const Endpoints at, endpoints());
  TRY_ASSIGN(const std::string text, id_token(code, secrets, redirect_uri, at));
  TRY_ASSIGN(Jwt token, parse_jwt(text));
  TRY_ASSIGN(const bool is_real, is_authentic(token, at));
  if (!is_real)
    return fail(ErrorCode::unauthenticated,
                "the provider's ID token is not signed by one of the provider's keys");
  return std::move(token.claims);
}

Result<std::string> OidcProvider::id_token(const std::string& code, const OidcSecrets& secrets,
                                           const std::string& redirect_uri, const Endpoints& at) {
  std::vector<std::pair<const char*, std::string>> fields{{"grant_type", "authorization_code"},
                                                          {"code", code},
                                                          {"redirect_uri", redirect_uri},
                                                          {"client_id", settings_.client_id},
                                                          {"code_verifier", secrets.verifier}};
  outgoing::Call call{.url = at.token, .content_type = "application/x-www-form-urlencoded"};
  const std::string& secret = settings_.client_secret;
  if (!secret.empty() && at.secret_in_body) fields.emplace_back("client_secret", secret);
  if (!secret.empty() && !at.secret_in_body)
    call.headers.push_back("Authorization: Basic " +
                           base64(escaped(settings_.client_id) + ":" + escaped(secret)));
  call.body = form_of(fields);
  TRY_ASSIGN(const auto answer, this->call(call));
  if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
    return fail(ErrorCode::unauthenticated,
                fmt::format("the OpenID provider {} does not accept this sign-in ({}{})",
                            settings_.issuer, answer.status, provider_word(answer.body)));
  const ShallowJson read = parse_shallow(answer.body);
  std::string text = answer.status == 200 && read.good() && read.value.is_object()
                         ? text_at(read.value, "id_token")
                         : std::string();
  if (!text.empty()) return text;
  return fail(ErrorCode::unavailable,
              fmt::format("the OpenID provider {} answers a sign-in with {} and no ID token",
                          settings_.issuer, answer.status));
}

/// Keys are asked for when they are old, and when none of them fits: there may be a new one.
Result<bool> OidcProvider::is_authentic(const Jwt& token, const Endpoints& at) {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  if (!keys_at_ || now >= *keys_at_ + keys_time) TRY(load_keys(at));
  if (is_signed_by_one(token)) return true;
  if (now < *keys_at_ + keys_pause) return false;
  TRY(load_keys(at));
  return is_signed_by_one(token);
}

bool OidcProvider::is_signed_by_one(const Jwt& token) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const SigningKey& key) {
    const bool may_be = token.key_id.empty() || key.id.empty() || key.id == token.key_id;
    return may_be && is_signed_by(token, key);
  });
}

/// mutex_ is held.
Result<void> OidcProvider::load_keys(const Endpoints& at) {
  TRY_ASSIGN(const auto answer, call({.url = at.keys}));
  if (answer.status != 200)
    return fail(ErrorCode::unavailable,
                fmt::format("the OpenID provider {} answers {} for its keys", settings_.issuer,
                            answer.status));
  TRY_ASSIGN(keys_, signing_keys_from(answer.body));
  keys_at_ = now_();
  return {};
}

}  // namespace weft::auth
