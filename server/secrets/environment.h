#pragma once

#include <functional>

#include "server/secrets/lookup.h"

namespace weft::secrets {

/// The environment of the server's process: WEFT_VAR_<KEY>, WEFT_CONN_<ID>, names in upper case,
/// and Airflow's AIRFLOW_VAR_…, AIRFLOW_CONN_… behind them. A connection is a URI or JSON. The same
/// for every DAG.
class EnvironmentSource final : public Source {
 public:
  using Get = std::function<const char*(const char*)>;
  /// `get` is std::getenv, or a test's.
  explicit EnvironmentSource(Get get) : get_(std::move(get)) {}
  std::string name() const override { return "the environment"; }
  Result<std::optional<Variable>> variable(const std::string& key) const override;
  Result<std::optional<Connection>> connection(const std::string& id,
                                               const std::string& dag_id) const override;

 private:
  std::optional<std::string> find(const char* what, const std::string& name,
                                  std::string& found_as) const;
  Get get_;
};

}  // namespace weft::secrets
