#include "server/secrets/environment.h"

namespace weft::secrets {

std::optional<std::string> EnvironmentSource::find(const char* what, const std::string& name,
                                                   std::string& found_as) const {
  std::string upper = name;
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  for (const char* prefix : {"WEFT_", "AIRFLOW_"}) {
    found_as = std::string(prefix) + what + "_" + upper;
    if (const char* value = get_(found_as.c_str()); value != nullptr) return std::string(value);
  }
  return std::nullopt;
}

Result<std::optional<Variable>> EnvironmentSource::variable(const std::string& key) const {
  std::string found_as;
  auto value = find("VAR", key, found_as);
  if (!value) return std::optional<Variable>();
  return std::optional(Variable{std::move(*value), is_sensitive_name(key)});
}

Result<std::optional<Connection>> EnvironmentSource::connection(const std::string& id,
                                                                const std::string&) const {
  std::string found_as;
  const auto text = find("CONN", id, found_as);
  if (!text) return std::optional<Connection>();
  auto connection = connection_from_text(*text);
  if (!connection)
    return fail(connection.error().code, "the server's environment variable " + found_as + ": " +
                                             connection.error().message);
  return std::optional(std::move(*connection));
}

}  // namespace weft::secrets
