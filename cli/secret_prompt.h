#pragma once

#include <optional>
#include <string>

namespace weft::cli {

/// A secret, typed without echo at a terminal, else a line of stdin; never an argument, which
/// everyone on the machine could read. nullopt, after a message, when there is none.
std::optional<std::string> ask_secret(const char* prompt);

/// At a terminal asked for twice; nullopt, after a message, when they differ.
std::optional<std::string> ask_new_secret(const char* prompt);

}  // namespace weft::cli
