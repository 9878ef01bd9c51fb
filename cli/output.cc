#include "cli/output.h"

#include <cstdio>

#include "cli/yaml.h"

namespace weft::cli {

Form form_of(std::string_view word) {
  if (word == "json") return Form::json;
  return word == "yaml" ? Form::yaml : Form::table;
}

std::string document(const nlohmann::json& value, Form form) {
  if (form == Form::yaml) return to_yaml(value);
  const int indent = form == Form::json_line ? -1 : 2;
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void print_document(const nlohmann::json& value, Form form) {
  std::fputs(document(value, form).c_str(), stdout);
}

}  // namespace weft::cli
