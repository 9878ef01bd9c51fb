#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/core/expression/expression.h"

namespace weft::expression_detail {

enum class TokenKind : std::uint8_t { end, name, literal, symbol };

/// A word of an expression. Keywords (`and`, `if` …) are names; true, false and null literals.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   ///< as it stands in the source
  std::size_t offset = 0;  ///< byte in the source
  nlohmann::json value;    ///< literals only
};

/// Splits an expression into tokens, the last of which is TokenKind::end.
tl::expected<std::vector<Token>, ExpressionError> tokenize(std::string_view text);

/// The place of the `}}` that closes an expression starting at `from`, `}}` inside of quotes left
/// aside; npos when there is none.
std::size_t find_closing_braces(std::string_view text, std::size_t from);

}  // namespace weft::expression_detail
