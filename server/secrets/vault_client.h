#pragma once

// Secrets of a HashiCorp Vault (KV version 2), and the token to read them with:
//
//   token file ─┐
//   VAULT_TOKEN ┼─► token ─► GET /v1/MOUNT/data/PATH ─► 200: the fields   404: there is none
//   AppRole ────┘     └── refused (403), or near its end: signs in again, once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "server/outgoing/http_client.h"
#include "server/secrets/vault_settings.h"

namespace weft::secrets {

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Thread safe; blocks.
class VaultClient {
 public:
  /// `settings` as checked() returned them. Asks nobody yet.
  explicit VaultClient(VaultSettings settings, SteadyClock now = &std::chrono::steady_clock::now);

  /// The fields of a secret's latest version, beneath the mount; nullopt when there is none, or it
  /// was deleted. REQUIRES: is_plain_path(path). Errors: unavailable (no answer, sealed, busy: try
  /// again later), permission_denied, too_large, unprocessable (no engine of version 2 at the
  /// mount); naming the path, and no value.
  Result<std::optional<nlohmann::json>> read(const std::string& path);

 private:
  /// GET, or POST when there is a body. An empty token is left out.
  Result<outgoing::Answer> call(const std::string& path, const std::string& token,
                                std::string body = {});
  Result<std::string> current_token();
  Result<void> sign_in();
  bool may_have_another(const std::string& refused);

  const VaultSettings settings_;
  const SteadyClock now_;
  outgoing::HttpClient http_;
  std::mutex mutex_;   ///< held while it signs in: one at a time
  std::string token_;  ///< guarded by mutex_; "": none
  std::chrono::steady_clock::time_point signed_in_{}, renew_at_{};  ///< guarded by mutex_
};

}  // namespace weft::secrets
