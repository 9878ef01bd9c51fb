#include <fmt/format.h>

#include "server/api/handlers.h"
#include "server/core/dag/parse.h"

namespace weft::api {
namespace {

constexpr std::size_t max_filename = 250;

nlohmann::json diagnostic_json(const Diagnostic& diagnostic) {
  const bool is_error = diagnostic.severity == Diagnostic::Severity::error;
  return {{"severity", is_error ? "error" : "warning"},
          {"file", diagnostic.file},
          {"line", diagnostic.line},
          {"column", diagnostic.column},
          {"pointer", diagnostic.pointer},
          {"message", diagnostic.message}};
}

}  // namespace

Outcome<http::Response> validate_dag(Call& call) {
  Query query(call.request);
  ParseInput input;
  input.path = query.text("filename").value_or("dag.dag.json");
  if (input.path.empty() || input.path.size() > max_filename)
    query.report("filename", fmt::format("String should have 1 to {} characters", max_filename),
                 "string_too_long");
  API_TRY(query.check());
  input.text = call.request.body;
  input.comments_allowed = input.path.ends_with(".jsonc");
  const auto output = parse_dag(input);
  auto diagnostics = nlohmann::json::array();
  for (const auto& diagnostic : output.diagnostics)
    diagnostics.push_back(diagnostic_json(diagnostic));
  return json_response({{"valid", output.dag != nullptr},
                        {"dag_id", output.dag_id},
                        {"diagnostics", std::move(diagnostics)}});
}

}  // namespace weft::api
