#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace weft {

/// "" when this is a JSON Schema (draft-07), else why not.
std::string check_schema(const nlohmann::json& schema);

/// "" when the value fits the schema, else the deepest reason.
std::string check_value(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace weft
