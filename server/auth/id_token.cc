#include "server/auth/id_token.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/auth/directory.h"
#include "server/auth/token.h"

namespace weft::auth {
namespace {

using nlohmann::json;

/// By which the clocks of two machines may differ.
constexpr Duration leeway = std::chrono::seconds(60);
constexpr std::size_t max_subject = 255, max_display_name = 250;

tl::unexpected<Error> bad_claim(std::string_view what) {
  return fail(ErrorCode::unauthenticated, fmt::format("the provider's ID token {}", what));
}

std::string text_claim(const json& claims, std::string_view name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// nullopt for what is no time within the calendar's years.
std::optional<Instant> time_claim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds < 253'402'300'800.0)) return std::nullopt;
  return from_micros(static_cast<std::int64_t>(seconds * 1e6));
}

bool names_us(const json& audience, const std::string& client_id) {
  if (audience.is_string()) return audience.get<std::string>() == client_id;
  return audience.is_array() &&
         std::find(audience.begin(), audience.end(), client_id) != audience.end();
}

/// For us, and made for us.
Result<void> check_audience(const json& claims, const std::string& client_id) {
  const json audience = claims.value("aud", json());
  if (!names_us(audience, client_id)) return bad_claim("is for somebody else (aud)");
  const bool has_party = claims.contains("azp");
  if (audience.is_array() && audience.size() > 1 && !has_party)
    return bad_claim("is for several, and does not say who asked for it (azp)");
  if (has_party && text_claim(claims, "azp") != client_id)
    return bad_claim("was made for somebody else (azp)");
  return {};
}

std::string name_claim(const json& claims, const OidcSettings& settings) {
  if (!settings.username_claim.empty()) return text_claim(claims, settings.username_claim);
  const std::string preferred = text_claim(claims, "preferred_username");
  return preferred.empty() ? text_claim(claims, "email") : preferred;
}

/// The highest of all groups'.
Role role_of_groups(const json& claims, const OidcSettings& settings) {
  Role role = role_from(settings.default_role).value_or(Role::none);
  const auto add = [&](const json& group) {
    if (!group.is_string()) return;
    const auto found = settings.roles.find(group.get<std::string>());
    if (found != settings.roles.end()) role = std::max(role, found->second);
  };
  const auto groups = claims.find(settings.groups_claim);
  if (groups == claims.end()) return role;
  if (groups->is_array())
    std::for_each(groups->begin(), groups->end(), add);
  else
    add(*groups);
  return role;
}

}  // namespace

Result<void> check_claims(const json& claims, const OidcSettings& settings, std::string_view nonce,
                          Instant now) {
  if (text_claim(claims, "iss") != settings.issuer) return bad_claim("has another issuer (iss)");
  TRY(check_audience(claims, settings.client_id));
  const auto expires = time_claim(claims, "exp"), issued = time_claim(claims, "iat");
  if (!expires || !issued) return bad_claim("lacks a time (exp, iat)");
  if (*expires + leeway <= now) return bad_claim("has expired (exp)");
  if (*issued - leeway > now)
    return bad_claim("was issued in the future (iat): do the clocks of both machines agree?");
  if (claims.contains("nbf")) {
    const auto begins = time_claim(claims, "nbf");
    if (!begins || *begins - leeway > now) return bad_claim("is not valid yet (nbf)");
  }
  if (!is_same(text_claim(claims, "nonce"), nonce))
    return bad_claim("belongs to another sign-in (nonce)");
  return {};
}

Result<ExternalUser> external_user(const json& claims, const OidcSettings& settings) {
  const std::string subject = text_claim(claims, "sub");
  if (subject.empty() || subject.size() > max_subject) return bad_claim("names nobody (sub)");
  ExternalUser user{.name = name_claim(claims, settings),
                    .display_name = text_claim(claims, "name"),
                    .provider = settings.issuer + "#" + subject,
                    .role = role_of_groups(claims, settings)};
  if (!is_user_name(user.name))
    return bad_claim(fmt::format(
        "has no user name in \"{}\" that is one here (letters, digits and _ . @ + -)",
        settings.username_claim.empty() ? "preferred_username or email" : settings.username_claim));
  // An address that nobody has checked is not whose it seems to be.
  const auto verified = claims.find("email_verified");
  const bool is_refuted = verified != claims.end() && *verified != true && *verified != "true";
  if (user.name == text_claim(claims, "email") && is_refuted)
    return bad_claim("has an e-mail address that the provider has not verified");
  if (user.display_name.size() > max_display_name) user.display_name.clear();
  return user;
}

}  // namespace weft::auth
