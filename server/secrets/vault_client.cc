#include "server/secrets/vault_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/shallow_json.h"
#include "server/outgoing/url.h"
#include "server/secrets/private_file.h"

namespace weft::secrets {
namespace {

using nlohmann::json;

/// A path that is simply forbidden must not make a token for each time that somebody asks.
constexpr std::chrono::seconds least_token_age{10};
constexpr std::chrono::hours longest_lease{24 * 365};
constexpr std::size_t max_reason_bytes = 200;

/// What Vault says is wrong, in one short line; "" when it says nothing.
std::string reason_in(const std::string& body) {
  const ShallowJson read = parse_shallow(body);
  if (!read.good() || !read.value.is_object()) return {};
  const auto errors = read.value.find("errors");
  if (errors == read.value.end() || !errors->is_array() || errors->empty() ||
      !errors->front().is_string())
    return {};
  std::string reason = ": " + errors->front().get<std::string>().substr(0, max_reason_bytes);
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return reason;
}

Result<std::optional<json>> missing(const VaultSettings& settings, const outgoing::Answer& answer) {
  // A secret that is not there has no reason; a mount that is not there has one.
  const std::string reason = reason_in(answer.body);
  if (reason.empty()) return std::optional<json>();
  return fail(ErrorCode::unprocessable,
              fmt::format("Vault at {} has no KV engine of version 2 at \"{}\" (--vault-mount){}",
                          settings.addr, settings.mount, reason));
}

Result<std::optional<json>> fields_in(const VaultSettings& settings, const std::string& path,
                                      const outgoing::Answer& answer) {
  const ShallowJson read = parse_shallow(answer.body);
  if (read.is_deep)
    return fail(
        ErrorCode::unprocessable,
        fmt::format("{} in Vault is nested more than {} levels deep", path, max_json_levels));
  if (!read.good() || !read.value.is_object())
    return fail(ErrorCode::unavailable,
                fmt::format("what {} answers is not Vault's: no JSON object", settings.addr));
  const auto outer = read.value.find("data");
  if (outer != read.value.end() && outer->is_object()) {
    const auto inner = outer->find("data");
    if (inner != outer->end() && inner->is_object()) return std::optional<json>(*inner);
  }
  return fail(
      ErrorCode::unprocessable,
      fmt::format("{} in Vault has no data of a KV engine of version 2: is that the version "
                  "of the engine at \"{}\" (--vault-mount)?",
                  path, settings.mount));
}

Result<std::optional<json>> outcome_of(const VaultSettings& settings, const std::string& path,
                                       const outgoing::Answer& answer) {
  if (answer.status == 200) return fields_in(settings, path, answer);
  if (answer.status == 404) return missing(settings, answer);
  if (answer.status == 403)
    return fail(ErrorCode::permission_denied,
                fmt::format("Vault at {} does not let the server read {}: its token is no longer "
                            "valid, or its policy does not say read for this path{}",
                            settings.addr, path, reason_in(answer.body)));
  if (answer.status >= 300 && answer.status < 400)
    return fail(ErrorCode::unavailable,
                fmt::format("Vault at {} redirects to another address, which is not followed: name "
                            "the active node in --vault-addr",
                            settings.addr));
  return fail(ErrorCode::unavailable,
              fmt::format("Vault at {} answers {}{}{}", settings.addr, answer.status,
                          answer.status == 503 ? " (sealed, or in maintenance)" : "",
                          reason_in(answer.body)));
}

}  // namespace

VaultClient::VaultClient(VaultSettings settings, SteadyClock now)
    : settings_(std::move(settings)),
      now_(std::move(now)),
      http_({.peer = "Vault at " + settings_.addr,
             .ca_file = settings_.ca_file,
             .timeout = settings_.timeout}),
      token_(settings_.token) {}

Result<outgoing::Answer> VaultClient::call(const std::string& path, const std::string& token,
                                           std::string body) {
  outgoing::Call call{.url = settings_.addr + path, .body = std::move(body)};
  call.headers.emplace_back("X-Vault-Request: true");
  if (!token.empty()) call.headers.push_back("X-Vault-Token: " + token);
  if (!settings_.name_space.empty())
    call.headers.push_back("X-Vault-Namespace: " + settings_.name_space);
  return http_.call(call);
}

Result<std::optional<json>> VaultClient::read(const std::string& path) {
  const std::string shown = settings_.mount + "/data/" + path;
  std::string url = "/v1/" + settings_.mount + "/data";
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    url += "/" + outgoing::escaped(std::string_view(path).substr(at, end - at));
    at = end + 1;
  }
  for (bool is_second = false;; is_second = true) {
    TRY_ASSIGN(const std::string token, current_token());
    TRY_ASSIGN(const outgoing::Answer answer, call(url, token));
    if (answer.status == 403 && !is_second && may_have_another(token)) continue;
    return outcome_of(settings_, shown, answer);
  }
}

Result<std::string> VaultClient::current_token() {
  const std::lock_guard lock(mutex_);
  const bool is_over = !settings_.role_id.empty() && now_() >= renew_at_;
  if (token_.empty() || is_over) TRY(sign_in());
  return token_;
}

/// By AppRole, or from the file. mutex_ is held.
Result<void> VaultClient::sign_in() {
  token_.clear();
  if (settings_.role_id.empty()) {
    TRY_ASSIGN(token_, read_private_line(settings_.token_file));
    signed_in_ = now_();
    return {};
  }
  TRY_ASSIGN(const std::string secret_id, read_private_line(settings_.secret_id_file));
  const auto asked = now_();
  const json body{{"role_id", settings_.role_id}, {"secret_id", secret_id}};
  TRY_ASSIGN(const outgoing::Answer answer, call("/v1/auth/approle/login", {}, body.dump()));
  if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
    return fail(ErrorCode::permission_denied,
                fmt::format("Vault at {} refuses the sign-in by AppRole ({}): check "
                            "--vault-role-id, and the secret id in {}{}",
                            settings_.addr, answer.status, settings_.secret_id_file,
                            reason_in(answer.body)));
  const ShallowJson read = parse_shallow(answer.body);
  const json auth =
      read.good() && read.value.is_object() ? read.value.value("auth", json()) : json();
  const bool is_right = answer.status == 200 && auth.is_object() && auth.contains("client_token") &&
                        auth["client_token"].is_string() && auth.contains("lease_duration") &&
                        auth["lease_duration"].is_number_unsigned();
  const std::string token = is_right ? auth["client_token"].get<std::string>() : std::string();
  const bool is_token = !token.empty() && std::all_of(token.begin(), token.end(),
                                                      [](char c) { return c > ' ' && c <= '~'; });
  if (!is_token)
    return fail(ErrorCode::unavailable,
                fmt::format("Vault at {} answers a sign-in by AppRole with {} and no token{}",
                            settings_.addr, answer.status, reason_in(answer.body)));
  // In good time before its end; 0 is a token that has none.
  const auto seconds = std::min<std::uint64_t>(
      auth["lease_duration"].get<std::uint64_t>(),
      static_cast<std::uint64_t>(std::chrono::seconds(longest_lease).count()));
  const std::chrono::milliseconds lease =
      seconds == 0 ? longest_lease : std::chrono::milliseconds(seconds * 1'000);
  token_ = token;
  signed_in_ = asked;
  renew_at_ = asked + lease * 4 / 5;
  return {};
}

/// After a 403: forgets the token when signing in again may bring another one.
bool VaultClient::may_have_another(const std::string& refused) {
  const std::lock_guard lock(mutex_);
  if (token_ != refused) return true;  // somebody else has seen to it
  if (settings_.role_id.empty()) {
    if (settings_.token_file.empty()) return false;
    const auto stands_there = read_private_line(settings_.token_file);
    if (!stands_there || *stands_there == refused) return false;
  } else if (now_() - signed_in_ < least_token_age) {
    return false;
  }
  token_.clear();
  return true;
}

}  // namespace weft::secrets
