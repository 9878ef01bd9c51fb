#pragma once

// In which form a verb prints what it has found.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace weft::cli {

enum class Form {
  table,      ///< for people
  json,       ///< indented
  json_line,  ///< a document in a line, when one follows the other
  yaml,
};

/// "json" and "yaml"; anything else is a table.
Form form_of(std::string_view word);

/// The value with a newline at its end. REQUIRES: no table. Bytes that are no UTF-8 are replaced.
std::string document(const nlohmann::json& value, Form form);

/// Prints it on stdout.
void print_document(const nlohmann::json& value, Form form);

}  // namespace weft::cli
