#pragma once

// What the client verbs have in common when they print an answer.

#include <functional>
#include <string>
#include <vector>

#include "cli/client.h"

namespace weft::cli {

/// All of the answer, in the form that is asked for.
int print_data(const ServerOptions& server, const nlohmann::json& answer);

/// The answer to a change, or `done`.
int print_done(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
               const std::string& done);

/// A collection as a table, and below it how many there are when these are not all.
int print_list(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
               const char* name, const std::function<std::string(const nlohmann::json&)>& to_table);

/// Some keys of an object, a line for each.
int print_object(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
                 const std::vector<const char*>& keys);

}  // namespace weft::cli
