#pragma once

#include "server/core/expression/syntax.h"

namespace weft::expression_detail {

/// Why an expression has no value.
struct Failure {
  std::string message;
  bool missing = false;  ///< a key that is not there: `default` takes over
};

/// Evaluates a whole expression. Work and size are bounded by max_result_bytes and a budget over
/// all values copied, so hostile data cannot keep a caller busy.
tl::expected<nlohmann::json, Failure> evaluate_syntax(const Syntax& syntax, const Scope& scope);

}  // namespace weft::expression_detail
