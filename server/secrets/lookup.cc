#include "server/secrets/lookup.h"
#include "base/shallow_json.h"

#include <fmt/format.h>

namespace weft::secrets {

Result<void> Lookup::add_variable(const std::string& key, Values& values) const {
  for (const auto& source : sources_) {
    TRY_ASSIGN(auto found, source->variable(key));
    if (!found) continue;
    auto parsed = parse_shallow(found->value);
    if (parsed.good()) values.var["json"][key] = std::move(parsed.value);
    if (found->is_secret) {
      values.secret_variables.push_back(key);
      values.secrets.push_back(found->value);
    }
    values.var["value"][key] = std::move(found->value);
    return {};
  }
  return fail(ErrorCode::not_found,
              fmt::format("there is no variable \"{}\": weft variables set {} VALUE", key, key));
}

Result<void> Lookup::add_connection(const std::string& id, const std::string& dag_id,
                                    Values& values) const {
  for (const auto& source : sources_) {
    TRY_ASSIGN(const auto found, source->connection(id, dag_id));
    if (!found) continue;
    for (auto& secret : secrets_of(*found)) values.secrets.push_back(std::move(secret));
    values.conn[id] = template_value(*found);
    return {};
  }
  return fail(ErrorCode::not_found,
              fmt::format("there is no connection \"{}\": weft connections add {} --conn-uri "
                          "TYPE://LOGIN:PASSWORD@HOST:PORT/SCHEMA",
                          id, id));
}

Result<Values> Lookup::values_for(const std::vector<StoredName>& names,
                                  const std::string& dag_id) const {
  Values values;
  values.var = {{"value", nlohmann::json::object()}, {"json", nlohmann::json::object()}};
  for (const StoredName& name : names) {
    if (name.kind == StoredName::Kind::variable)
      TRY(add_variable(name.name, values));
    else
      TRY(add_connection(name.name, dag_id, values));
  }
  return values;
}

}  // namespace weft::secrets
