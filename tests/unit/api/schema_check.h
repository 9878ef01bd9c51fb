#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace weft::test {

/// What is wrong with `value` by a schema of an OpenAPI document, each as `path: why`. Knows the
/// words that proto/openapi.json uses, and complains about any other. Objects are closed: a field
/// that the schema does not name is wrong too.
std::vector<std::string> check_schema(const nlohmann::json& document, const nlohmann::json& schema,
                                      const nlohmann::json& value);

}  // namespace weft::test
