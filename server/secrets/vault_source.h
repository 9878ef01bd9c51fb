#pragma once

#include "server/secrets/lookup.h"
#include "server/secrets/vault_cache.h"

namespace weft::secrets {

/// A HashiCorp Vault, with its secrets as Airflow expects them: a variable is the field `value` of
/// the secret of its name, a connection has `conn_uri`, or a field each. All of it is secret; the
/// same for every DAG. Known for VaultCache's times.
class VaultSource final : public Source {
 public:
  /// `settings` as checked() returned them.
  explicit VaultSource(const VaultSettings& settings,
                       const SteadyClock& now = &std::chrono::steady_clock::now);

  std::string name() const override { return "Vault"; }
  Result<std::optional<Variable>> variable(const std::string& key) const override;
  Result<std::optional<Connection>> connection(const std::string& id,
                                               const std::string& dag_id) const override;

 private:
  Result<VaultCache::Fields> find(const std::string& folder, const std::string& name) const;

  const std::string variables_path_, connections_path_;
  mutable VaultClient client_;
  mutable VaultCache cache_;
};

}  // namespace weft::secrets
