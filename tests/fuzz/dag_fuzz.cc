// Any bytes as a DAG file: a DAG that reads back as the same one, or findings that have a place.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "server/core/dag/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weft::ParseInput input;
  input.path = "fuzz.dag.jsonc";
  input.text.assign(reinterpret_cast<const char*>(data), size);
  input.comments_allowed = true;
  input.read_beside = [](const std::string& path) -> std::optional<std::string> {
    return path == "a.sh" ? std::optional<std::string>("echo {{ ds }}\n") : std::nullopt;
  };
  const weft::ParseOutput output = weft::parse_dag(input);
  bool any_error = false;
  for (const weft::Diagnostic& diagnostic : output.diagnostics) {
    any_error |= diagnostic.severity == weft::Diagnostic::Severity::error;
    WEFT_CHECK(diagnostic.line >= 1 && diagnostic.column >= 1 && !diagnostic.message.empty());
  }
  WEFT_CHECK(any_error == (output.dag == nullptr));
  if (!output.dag) return 0;

  weft::ParseInput again;
  again.path = "again.dag.json";
  again.text = output.dag->canonical;
  const weft::ParseOutput second = weft::parse_dag(again);
  WEFT_CHECK_MSG(second.dag != nullptr, "the canonical form has to be a DAG");
  WEFT_CHECK_MSG(second.dag->hash == output.dag->hash, "the canonical form has to be stable");
  WEFT_CHECK(second.dag->tasks.size() == output.dag->tasks.size());
  for (const weft::Task& task : output.dag->tasks) {
    for (const weft::TaskIndex above : task.upstream) WEFT_CHECK(above < task.index);
  }
  return 0;
}
