#pragma once

#include <gtest/gtest.h>

#include "server/core/expression/expression.h"

namespace weft::test {

inline const ObjectScope& sample_scope() {
  static const ObjectScope scope(nlohmann::json::parse(R"({
    "ds": "2026-01-31", "ds_nodash": "20260131", "ts": "2026-01-31T05:30:00+00:00",
    "nothing": null, "truth": true, "n": 7, "x": 1.5, "text": "Hello World",
    "list": [3, 1, 2, 3], "words": ["b", "a"], "empty": [],
    "params": {"mode": "full", "limit": 10, "odd-name": 1, "none": null},
    "outputs": {"extract": {"rows": 42, "files": ["a.csv", "b.csv"]}, "my-task": {"k": "v"}}
  })"));
  return scope;
}

/// The value as JSON text, or `error: …`.
inline std::string evaluate(std::string_view text) {
  const auto expression = Expression::parse(text);
  if (!expression) return "syntax: " + expression.error().message;
  const auto value = expression->evaluate(sample_scope());
  return value ? value->dump() : "error: " + value.error().message;
}

}  // namespace weft::test
