#include "server/core/expression/expression.h"

#include <variant>

#include "base/check.h"
#include "server/core/expression/evaluator.h"
#include "server/core/expression/filters.h"
#include "server/core/expression/lexer.h"
#include "server/core/expression/suggest.h"
#include "server/core/expression/syntax.h"

namespace weft {

namespace detail = expression_detail;
using nlohmann::json;

const json* ObjectScope::find(std::string_view root) const {
  const auto found = values_.find(std::string(root));
  return found == values_.end() ? nullptr : &*found;
}

tl::expected<Expression, ExpressionError> Expression::parse(std::string_view text) {
  auto syntax = detail::parse_syntax(text);
  if (!syntax) return tl::unexpected(syntax.error());
  Expression made;
  made.body_ = std::make_shared<const Body>(Body{std::string(text), std::move(*syntax)});
  return made;
}

Result<json> Expression::evaluate(const Scope& scope) const {
  WEFT_CHECK(body_ != nullptr);
  auto value = detail::evaluate_syntax(body_->syntax, scope);
  if (value) return std::move(*value);
  return fail(ErrorCode::invalid_argument,
              "expression " + shown(body_->text) + ": " + value.error().message);
}

Result<bool> Expression::evaluate_bool(const Scope& scope) const {
  TRY_ASSIGN(const json value, evaluate(scope));
  return detail::is_true(value);
}

const std::vector<Reference>& Expression::references() const {
  WEFT_CHECK(body_ != nullptr);
  return body_->syntax.references;
}

const std::string& Expression::text() const {
  WEFT_CHECK(body_ != nullptr);
  return body_->text;
}

/// Literal texts and expressions, in the order of the text.
struct Template::Body {
  struct Piece {
    std::string literal;                   ///< stands before the expression
    std::optional<Expression> expression;  ///< none: the last piece
    std::size_t offset = 0;                ///< of the expression's text in the template
  };
  std::string text;
  std::vector<Piece> pieces;  ///< empty for a constant
};

tl::expected<Template, ExpressionError> Template::parse(std::string_view text) {
  Body body{std::string(text), {}};
  std::size_t position = 0;
  while (true) {
    const std::size_t open = text.find("{{", position);
    if (open == std::string_view::npos) break;
    const std::size_t close = detail::find_closing_braces(text, open + 2);
    if (close == std::string_view::npos) {
      return tl::unexpected(ExpressionError{
          open, "'{{' is never closed by '}}'; a literal brace pair is written {{ '{{' }}"});
    }
    auto expression = Expression::parse(text.substr(open + 2, close - open - 2));
    if (!expression) {
      return tl::unexpected(
          ExpressionError{open + 2 + expression.error().offset, expression.error().message});
    }
    body.pieces.push_back(
        {std::string(text.substr(position, open - position)), std::move(*expression), open + 2});
    position = close + 2;
  }
  if (!body.pieces.empty()) {
    body.pieces.push_back({std::string(text.substr(position)), std::nullopt, position});
  }
  Template made;
  made.body_ = std::make_shared<const Body>(std::move(body));
  return made;
}

bool Template::is_constant() const {
  return !body_ || body_->pieces.empty();
}

const std::string& Template::text() const {
  static const std::string empty;
  return body_ ? body_->text : empty;
}

std::vector<Reference> Template::references() const {
  std::vector<Reference> all;
  if (!body_) return all;
  for (const Body::Piece& piece : body_->pieces) {
    if (!piece.expression) continue;
    for (Reference reference : piece.expression->references()) {
      reference.offset += piece.offset;
      all.push_back(std::move(reference));
    }
  }
  return all;
}

Result<json> Template::evaluate(const Scope& scope) const {
  if (is_constant()) return text();
  const std::vector<Body::Piece>& pieces = body_->pieces;
  const bool whole = pieces.size() == 2 && pieces[0].literal.empty() && pieces[1].literal.empty();
  if (whole) return pieces[0].expression->evaluate(scope);
  TRY_ASSIGN(std::string rendered, render(scope));
  return rendered;
}

Result<std::string> Template::render(const Scope& scope) const {
  if (is_constant()) return text();
  std::string rendered;
  for (const Body::Piece& piece : body_->pieces) {
    rendered += piece.literal;
    if (!piece.expression) break;
    TRY_ASSIGN(const json value, piece.expression->evaluate(scope));
    rendered += detail::text_of(value);
    if (rendered.size() > body_->text.size() + detail::max_result_bytes) {
      return fail(ErrorCode::invalid_argument,
                  "template " + shown(body_->text) + ": the result is larger than 1 MiB");
    }
  }
  return rendered;
}

}  // namespace weft
