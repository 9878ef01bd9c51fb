#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace weft::cli {

/// The value as a YAML document that readers of YAML 1.1 and 1.2 understand alike: block style, a
/// newline at its end. A string stands in quotes unless it can be nothing else: what looks like a
/// number, a date, a boolean or null keeps its type. Bytes that are no UTF-8 are replaced.
std::string to_yaml(const nlohmann::json& value);

}  // namespace weft::cli
