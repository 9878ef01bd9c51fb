#include "server/secrets/vault_settings.h"

#include <unistd.h>

#include <algorithm>

#include "server/outgoing/url.h"
#include "server/secrets/private_file.h"

namespace weft::secrets {
namespace {

tl::unexpected<Error> wrong_option(const std::string& option, const std::string& what) {
  return fail(ErrorCode::invalid_argument, option + ": " + what);
}

bool is_graphic(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void trim_slashes(std::string& text) {
  text.erase(0, text.find_first_not_of('/'));
  while (!text.empty() && text.back() == '/') text.pop_back();
}

Result<void> check_address(VaultSettings& settings) {
  std::string& addr = settings.addr;
  while (!addr.empty() && addr.back() == '/') addr.pop_back();
  const bool is_https = addr.starts_with("https://");
  const bool is_url = (is_https || addr.starts_with("http://")) && is_graphic(addr) &&
                      addr.find_first_of("@?#") == std::string::npos &&
                      addr.size() > addr.find("://") + 3;
  if (!is_url) return wrong_option("--vault-addr", "expected https://HOST:PORT");
  if (!is_https && !outgoing::is_loopback_url(addr))
    return wrong_option("--vault-addr",
                        "http would send tokens and secrets in the clear to another machine: use "
                        "https");
  return {};
}

Result<void> check_path(const char* option, std::string& path, bool may_be_empty) {
  trim_slashes(path);
  if (path.empty() && may_be_empty) return {};
  if (!is_plain_path(path) || !is_graphic(path))
    return wrong_option(option, "expected a path like team/apps");
  return {};
}

Result<void> check_sign_in(VaultSettings& settings) {
  const bool by_role = !settings.role_id.empty() || !settings.secret_id_file.empty();
  if (by_role && !settings.token_file.empty())
    return wrong_option("--vault-token-file", "there is also an AppRole: name one of them");
  if (by_role) {
    settings.token.clear();
    if (settings.role_id.empty()) return wrong_option("--vault-role-id", "it is missing");
    if (settings.secret_id_file.empty())
      return wrong_option("--vault-secret-id-file", "it is missing");
    TRY(read_private_line(settings.secret_id_file));
    return {};
  }
  if (!settings.token_file.empty()) {
    TRY_ASSIGN(settings.token, read_private_line(settings.token_file));
    return {};
  }
  if (settings.token.empty())
    return wrong_option("--vault-addr",
                        "there is no way to sign in: name --vault-token-file, or --vault-role-id "
                        "and --vault-secret-id-file, or set VAULT_TOKEN");
  if (!is_graphic(settings.token))
    return wrong_option("VAULT_TOKEN", "expected printable characters");
  return {};
}

}  // namespace

bool is_plain_path(std::string_view path) {
  for (;;) {
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (end == path.size()) return true;
    path.remove_prefix(end + 1);
  }
}

Result<VaultSettings> checked(VaultSettings settings) {
  if (settings.addr.empty()) {
    for (const auto& [option, value] :
         {std::pair{"--vault-token-file", &settings.token_file},
          std::pair{"--vault-role-id", &settings.role_id},
          std::pair{"--vault-secret-id-file", &settings.secret_id_file},
          std::pair{"--vault-namespace", &settings.name_space},
          std::pair{"--vault-ca", &settings.ca_file}})
      if (!value->empty()) return wrong_option(option, "--vault-addr is missing");
    settings.token.clear();
    return settings;
  }
  TRY(check_address(settings));
  TRY(check_path("--vault-mount", settings.mount, false));
  TRY(check_path("--vault-variables-path", settings.variables_path, true));
  TRY(check_path("--vault-connections-path", settings.connections_path, true));
  if (!is_graphic(settings.name_space))
    return wrong_option("--vault-namespace", "expected printable characters");
  if (!is_graphic(settings.role_id))
    return wrong_option("--vault-role-id", "expected printable characters");
  if (!settings.ca_file.empty() && ::access(settings.ca_file.c_str(), R_OK) != 0)
    return wrong_option("--vault-ca", "cannot read " + settings.ca_file);
  TRY(check_sign_in(settings));
  return settings;
}

}  // namespace weft::secrets
