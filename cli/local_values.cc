#include "cli/local_values.h"

#include <cstdlib>

#include "server/secrets/environment.h"

namespace weft::cli {

Result<secrets::Values> local_values(const Task& task, const std::string& dag_id) {
  std::vector<std::unique_ptr<secrets::Source>> sources;
  sources.push_back(std::make_unique<secrets::EnvironmentSource>(&std::getenv));
  auto values = secrets::Lookup(std::move(sources)).values_for(task.stored_names, dag_id);
  if (values || values.error().code != ErrorCode::not_found) return values;
  return fail(ErrorCode::not_found,
              "without a server, variables and connections are read from the environment "
              "(WEFT_VAR_KEY, WEFT_CONN_ID): " +
                  values.error().message);
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace weft::cli
