#include "server/secrets/vault_source.h"

#include <fmt/format.h>

#include <utility>

namespace weft::secrets {
namespace {

constexpr std::size_t max_name_bytes = 500;

}  // namespace

VaultSource::VaultSource(const VaultSettings& settings, const SteadyClock& now)
    : variables_path_(settings.variables_path),
      connections_path_(settings.connections_path),
      client_(settings, now),
      cache_([this](const std::string& path) { return client_.read(path); }, now) {}

/// Whoever writes DAG files must not reach what stands elsewhere in the Vault.
Result<VaultCache::Fields> VaultSource::find(const std::string& folder,
                                             const std::string& name) const {
  if (folder.empty() || name.size() > max_name_bytes || !is_plain_path(name))
    return VaultCache::Fields();
  return cache_.get(folder + "/" + name);
}

Result<std::optional<Variable>> VaultSource::variable(const std::string& key) const {
  TRY_ASSIGN(const auto fields, find(variables_path_, key));
  if (!fields) return std::optional<Variable>();
  const auto value = fields->find("value");
  if (value == fields->end())
    return fail(ErrorCode::unprocessable,
                fmt::format("{}/{} in Vault has no field \"value\"", variables_path_, key));
  if (value->is_string()) return std::optional(Variable{value->get<std::string>(), true});
  return std::optional(
      Variable{value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), true});
}

Result<std::optional<Connection>> VaultSource::connection(const std::string& id,
                                                          const std::string&) const {
  TRY_ASSIGN(const auto fields, find(connections_path_, id));
  if (!fields) return std::optional<Connection>();
  const auto uri = fields->find("conn_uri");
  auto connection = uri != fields->end() && uri->is_string()
                        ? connection_from_uri(uri->get<std::string>())
                        : connection_from_text(fields->dump(
                              -1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!connection)
    return fail(connection.error().code, fmt::format("{}/{} in Vault: {}", connections_path_, id,
                                                     connection.error().message));
  return std::optional(std::move(*connection));
}

}  // namespace weft::secrets
