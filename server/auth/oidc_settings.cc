#include "server/auth/oidc_settings.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "server/outgoing/url.h"
#include "server/secrets/private_file.h"

namespace weft::auth {
namespace {

tl::unexpected<Error> wrong_oidc(const std::string& option, const std::string& what) {
  return fail(ErrorCode::invalid_argument, option + ": " + what);
}

bool has_only_graphic(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Result<void> check_absent(const OidcSettings& settings) {
  for (const auto& [option, value] :
       {std::pair{"--oidc-client-id", &settings.client_id},
        std::pair{"--oidc-client-secret-file", &settings.client_secret_file},
        std::pair{"--oidc-default-role", &settings.default_role},
        std::pair{"--oidc-ca", &settings.ca_file}})
    if (!value->empty()) return wrong_oidc(option, "--oidc-issuer is missing");
  if (!settings.group_roles.empty()) return wrong_oidc("--oidc-role", "--oidc-issuer is missing");
  return {};
}

Result<void> read_roles(OidcSettings& settings) {
  for (const std::string& text : settings.group_roles) {
    // A group's name may have such a sign itself.
    const auto equals = text.rfind('=');
    const auto role =
        equals == std::string::npos ? std::nullopt : role_from(text.substr(equals + 1));
    if (!role || equals == 0)
      return wrong_oidc("--oidc-role", "\"" + text +
                                           "\" should be GROUP=ROLE, the role one of "
                                           "viewer, operator, editor, admin");
    Role& known = settings.roles[text.substr(0, equals)];
    known = std::max(known, *role);
  }
  if (!settings.default_role.empty() && !role_from(settings.default_role))
    return wrong_oidc("--oidc-default-role", "expected viewer, operator, editor or admin");
  if (settings.roles.empty() && settings.default_role.empty())
    return wrong_oidc("--oidc-issuer",
                      "nobody could sign in: say what groups may with --oidc-role GROUP=ROLE, or "
                      "--oidc-default-role");
  return {};
}

bool has_word(const std::string& words, std::string_view wanted) {
  std::istringstream stream(words);
  for (std::string word; stream >> word;)
    if (word == wanted) return true;
  return false;
}

}  // namespace

Result<OidcSettings> checked(OidcSettings settings) {
  if (!settings.is_on()) {
    TRY(check_absent(settings));
    return settings;
  }
  if (!outgoing::is_safe_url(settings.issuer))
    return wrong_oidc("--oidc-issuer",
                      "expected https://HOST/…; http is possible on the same machine only");
  if (settings.client_id.empty() || !has_only_graphic(settings.client_id))
    return wrong_oidc("--oidc-client-id", "it is missing, or has unprintable characters");
  if (!has_word(settings.scopes, "openid"))
    return wrong_oidc("--oidc-scopes", "\"openid\" must be among them");
  if (settings.groups_claim.empty()) return wrong_oidc("--oidc-groups-claim", "it is empty");
  if (!settings.ca_file.empty() && ::access(settings.ca_file.c_str(), R_OK) != 0)
    return wrong_oidc("--oidc-ca", "cannot read " + settings.ca_file);
  if (!settings.client_secret_file.empty()) {
    TRY_ASSIGN(settings.client_secret, secrets::read_private_line(settings.client_secret_file));
  }
  TRY(read_roles(settings));
  return settings;
}

}  // namespace weft::auth
