#pragma once

// The template language `{{ … }}`: parsed once at load, evaluated with a Scope. No statements, no
// loops: evaluation is linear in length and data. Pure; knows no DAG.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weft {

/// A name that an expression reads: `outputs.extract.rows` is {"outputs","extract","rows"}. Ends
/// where the path stops being static (an index that is computed).
struct Reference {
  std::vector<std::string> path;
  std::size_t offset = 0;  ///< byte in the text that was parsed
};

/// Where the values of names come from.
class Scope {
 public:
  virtual ~Scope() = default;
  /// The value of a root name (`ds`, `params`, `outputs` …). nullptr when the name is unknown:
  /// evaluation then fails naming it. The pointer lives as long as the scope.
  virtual const nlohmann::json* find(std::string_view root) const = 0;
};

/// A scope over one JSON object: its members are the roots.
class ObjectScope : public Scope {
 public:
  explicit ObjectScope(nlohmann::json values) : values_(std::move(values)) {}
  const nlohmann::json* find(std::string_view root) const override;

 private:
  nlohmann::json values_;
};

/// An error with its place in the text.
struct ExpressionError {
  std::size_t offset = 0;
  std::string message;
};

namespace expression_detail {
struct Node;
}

/// One expression, e.g. `params.mode == 'full'`. Immutable, cheap to copy, shared by threads.
class Expression {
 public:
  static tl::expected<Expression, ExpressionError> parse(std::string_view text);

  /// Errors: invalid_argument with the expression and the reason (unknown name, wrong types …).
  Result<nlohmann::json> evaluate(const Scope& scope) const;
  /// evaluate, then truth as in Python: null, false, 0, "", [] and {} are false.
  Result<bool> evaluate_bool(const Scope& scope) const;

  const std::vector<Reference>& references() const;
  const std::string& text() const;

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

/// A string field with any number of `{{ }}`; a text without one is a constant.
class Template {
 public:
  Template() = default;  ///< the empty constant
  static tl::expected<Template, ExpressionError> parse(std::string_view text);

  bool is_constant() const;
  const std::string& text() const;
  std::vector<Reference> references() const;

  /// A text that is one whole `{{ }}` keeps the value's type; else a string.
  Result<nlohmann::json> evaluate(const Scope& scope) const;
  /// As a string: null is "", true is "true", numbers shortest, objects and lists compact JSON.
  Result<std::string> render(const Scope& scope) const;

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

}  // namespace weft
