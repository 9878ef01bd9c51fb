#pragma once

// What the client verbs have in common when they print an answer.

#include <functional>
#include <string>
#include <vector>

#include "cli/client.h"

namespace weft::cli {

/// The answer as it is, indented.
int print_json(const nlohmann::json& answer);

/// A collection as a table, and below it how many there are when these are not all.
int print_list(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
               const char* name, const std::function<std::string(const nlohmann::json&)>& to_table);

/// Some keys of an object, a line for each.
int print_object(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
                 const std::vector<const char*>& keys);

}  // namespace weft::cli
