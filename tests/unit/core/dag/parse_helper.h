#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/dag/parse.h"

namespace weft::test {

inline ParseOutput parse(std::string text, std::string path = "sample.dag.json") {
  ParseInput input;
  input.path = std::move(path);
  input.text = std::move(text);
  input.comments_allowed = input.path.ends_with(".jsonc");
  return parse_dag(input);
}

/// All findings, one per line, `line:column: message`.
inline std::string findings(const ParseOutput& output) {
  std::string all;
  for (const Diagnostic& diagnostic : output.diagnostics) {
    all += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ": " +
           diagnostic.message + "\n";
  }
  return all;
}

/// The DAG; a failed expectation with the findings when there is none.
inline std::shared_ptr<const Dag> parsed(const std::string& text) {
  ParseOutput output = parse(text);
  EXPECT_TRUE(output.dag) << findings(output);
  return output.dag;
}

/// A DAG of one task with these keys beside its id.
inline std::string with_task(const std::string& keys) {
  return R"({"tasks": [{"task_id": "t", )" + keys + "}]}";
}

}  // namespace weft::test
