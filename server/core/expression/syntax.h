#pragma once

// The parsed form of one expression: an array of nodes, children before parents, so that it is
// freed and copied without recursion.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/core/expression/expression.h"

namespace weft::expression_detail {

enum class Op : std::uint8_t {
  literal,
  list,    ///< arguments
  name,    ///< text
  member,  ///< left.text
  index,   ///< left[right]
  negate,  ///< -left
  logical_not,
  logical_and,
  logical_or,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  conditional,  ///< left if right else third
  filter,       ///< left | filter(arguments)
};

enum class Filter : std::uint8_t {
  default_,
  upper,
  lower,
  replace,
  join,
  split,
  length,
  int_,
  float_,
  string,
  json,
  first,
  last,
  sort,
  unique,
  date,
  add_days,
  add_hours,
  tojson,
  urlencode,
};

/// Children are positions in the node array; -1 is none.
struct Node {
  Op op = Op::literal;
  Filter filter = Filter::default_;
  std::uint32_t offset = 0;  ///< byte in the expression's text
  std::uint16_t height = 1;  ///< of the tree below: bounds the evaluator's recursion
  std::int32_t left = -1;
  std::int32_t right = -1;
  std::int32_t third = -1;
  std::vector<std::int32_t> arguments;
  std::string text;
  nlohmann::json value;
};

/// The root is the last node.
struct Syntax {
  std::vector<Node> nodes;
  std::vector<Reference> references;
};

constexpr std::size_t max_expression_length = 16 * 1024;
constexpr std::size_t max_height = 100;
/// What a result, and each value on the way to it, may measure.
constexpr std::size_t max_result_bytes = 1024 * 1024;

/// Every chain name.member["constant"] … that is not the start of a longer one, by offset.
std::vector<Reference> collect_references(const std::vector<Node>& nodes);

tl::expected<Syntax, ExpressionError> parse_syntax(std::string_view text);

}  // namespace weft::expression_detail

namespace weft {

struct Expression::Body {
  std::string text;
  expression_detail::Syntax syntax;
};

}  // namespace weft
