#include <algorithm>
#include <optional>

#include "base/check.h"
#include "server/core/expression/filters.h"
#include "server/core/expression/lexer.h"
#include "server/core/expression/suggest.h"
#include "server/core/expression/syntax.h"

namespace weft::expression_detail {
namespace {

/// A failed parse_* returns no_node and error_ says why.
constexpr std::int32_t no_node = -1;

bool is_keyword(std::string_view name) {
  return name == "and" || name == "or" || name == "not" || name == "in" || name == "if" ||
         name == "else";
}

/// Recursive descent, loosest binding first: if-else, or, and, not, comparison, + -, * / %, unary
/// minus, then member, index and filter.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  tl::expected<Syntax, ExpressionError> run() {
    if (peek().kind == TokenKind::end) {
      return tl::unexpected(ExpressionError{peek().offset, "an expression is missing here"});
    }
    const std::int32_t root = parse_conditional();
    if (!error_ && peek().kind != TokenKind::end) explain_rest();
    if (error_) return tl::unexpected(*error_);
    // Children are added before their parent, so what was added last is the root.
    WEFT_CHECK(root + 1 == static_cast<std::int32_t>(syntax_.nodes.size()));
    syntax_.references = collect_references(syntax_.nodes);
    return std::move(syntax_);
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  bool at(std::string_view text) const {
    return peek().text == text && peek().kind != TokenKind::literal &&
           peek().kind != TokenKind::end;
  }
  bool take(std::string_view text) {
    if (!at(text)) return false;
    ++next_;
    return true;
  }
  bool expect(std::string_view text, std::string_view why) {
    if (take(text)) return true;
    fail_here("'" + std::string(text) + "' expected " + std::string(why));
    return false;
  }

  std::int32_t fail_here(std::string message) {
    if (!error_) error_ = ExpressionError{peek().offset, std::move(message)};
    return no_node;
  }

  Node& node(std::int32_t position) { return syntax_.nodes[static_cast<std::size_t>(position)]; }

  std::int32_t add(Node made) {
    std::uint16_t below = 0;
    for (const std::int32_t child : {made.left, made.right, made.third}) {
      if (child >= 0) below = std::max(below, node(child).height);
    }
    for (const std::int32_t child : made.arguments) below = std::max(below, node(child).height);
    made.height = static_cast<std::uint16_t>(below + 1);
    if (made.height > max_height) return fail_here(too_deep());
    syntax_.nodes.push_back(std::move(made));
    return static_cast<std::int32_t>(syntax_.nodes.size()) - 1;
  }

  static std::string too_deep() {
    return "the expression is nested more than " + std::to_string(max_height) + " levels deep";
  }

  std::int32_t binary(Op op, std::size_t offset, std::int32_t left, std::int32_t right) {
    if (left < 0 || right < 0) return no_node;
    Node made;
    made.op = op;
    made.offset = static_cast<std::uint32_t>(offset);
    made.left = left;
    made.right = right;
    return add(std::move(made));
  }

  std::int32_t unary(Op op, std::size_t offset, std::int32_t operand) {
    if (operand < 0) return no_node;
    Node made;
    made.op = op;
    made.offset = static_cast<std::uint32_t>(offset);
    made.left = operand;
    return add(std::move(made));
  }

  std::int32_t parse_conditional() {
    const std::int32_t chosen = parse_or();
    if (chosen < 0 || !at("if")) return chosen;
    const std::size_t offset = peek().offset;
    ++next_;
    const std::int32_t condition = parse_or();
    if (condition < 0 || !expect("else", "after the condition (a if condition else b)")) {
      return no_node;
    }
    const Nesting nesting(*this);
    if (nesting.too_deep) return fail_here(too_deep());
    const std::int32_t other = parse_conditional();
    if (other < 0) return no_node;
    Node made;
    made.op = Op::conditional;
    made.offset = static_cast<std::uint32_t>(offset);
    made.left = chosen;
    made.right = condition;
    made.third = other;
    return add(std::move(made));
  }

  std::int32_t parse_or() {
    std::int32_t left = parse_and();
    while (left >= 0 && at("or")) {
      const std::size_t offset = tokens_[next_++].offset;
      left = binary(Op::logical_or, offset, left, parse_and());
    }
    return left;
  }

  std::int32_t parse_and() {
    std::int32_t left = parse_not();
    while (left >= 0 && at("and")) {
      const std::size_t offset = tokens_[next_++].offset;
      left = binary(Op::logical_and, offset, left, parse_not());
    }
    return left;
  }

  std::int32_t parse_not() {
    if (!at("not")) return parse_comparison();
    const Nesting nesting(*this);
    if (nesting.too_deep) return fail_here(too_deep());
    const std::size_t offset = tokens_[next_++].offset;
    return unary(Op::logical_not, offset, parse_not());
  }

  /// The comparison operator that stands next; Op::literal when there is none.
  Op comparison_here(int& words) const {
    words = 1;
    if (at("==")) return Op::equal;
    if (at("!=")) return Op::not_equal;
    if (at("<")) return Op::less;
    if (at("<=")) return Op::less_equal;
    if (at(">")) return Op::greater;
    if (at(">=")) return Op::greater_equal;
    if (at("in")) return Op::in;
    words = 2;
    if (at("not") && peek(1).text == "in" && peek(1).kind == TokenKind::name) return Op::not_in;
    return Op::literal;
  }

  std::int32_t parse_comparison() {
    const std::int32_t left = parse_sum();
    int words = 0;
    const Op op = comparison_here(words);
    if (left < 0 || op == Op::literal) return left;
    const std::size_t offset = peek().offset;
    next_ += static_cast<std::size_t>(words);
    const std::int32_t made = binary(op, offset, left, parse_sum());
    if (made >= 0 && comparison_here(words) != Op::literal) {
      return fail_here("comparisons cannot be chained; join them with 'and'");
    }
    return made;
  }

  std::int32_t parse_sum() {
    std::int32_t left = parse_product();
    while (left >= 0 && (at("+") || at("-"))) {
      const Op op = at("+") ? Op::add : Op::subtract;
      const std::size_t offset = tokens_[next_++].offset;
      left = binary(op, offset, left, parse_product());
    }
    return left;
  }

  std::int32_t parse_product() {
    std::int32_t left = parse_unary();
    while (left >= 0 && (at("*") || at("/") || at("%"))) {
      const Op op = at("*") ? Op::multiply : at("/") ? Op::divide : Op::modulo;
      const std::size_t offset = tokens_[next_++].offset;
      left = binary(op, offset, left, parse_unary());
    }
    return left;
  }

  std::int32_t parse_unary() {
    std::int32_t operand = no_node;
    if (at("-") || at("+")) {
      const Nesting nesting(*this);
      if (nesting.too_deep) return fail_here(too_deep());
      const bool negative = at("-");
      const std::size_t offset = tokens_[next_++].offset;
      operand = parse_unary();
      if (negative) operand = unary(Op::negate, offset, operand);
    } else {
      operand = parse_postfix(parse_primary());
    }
    while (operand >= 0 && take("|")) operand = parse_filter(operand);
    return operand;
  }

  std::int32_t parse_primary() {
    const Token& token = peek();
    Node made;
    made.offset = static_cast<std::uint32_t>(token.offset);
    if (token.kind == TokenKind::literal) {
      made.value = token.value;
      ++next_;
      return add(std::move(made));
    }
    if (token.kind == TokenKind::name && !is_keyword(token.text)) {
      made.op = Op::name;
      made.text = std::string(token.text);
      ++next_;
      return add(std::move(made));
    }
    if (at("(") || at("[")) {
      const Nesting nesting(*this);
      if (nesting.too_deep) return fail_here(too_deep());
      return take("(") ? parse_parenthesis() : parse_list(std::move(made));
    }
    if (token.kind == TokenKind::end) return fail_here("a value is missing at the end");
    return fail_here("a value expected, found " + shown(token.text));
  }

  std::int32_t parse_parenthesis() {
    const std::int32_t inner = parse_conditional();
    if (inner < 0) return no_node;
    if (at(",")) return fail_here("a list is written in brackets: [a, b]");
    return expect(")", "to close the parenthesis") ? inner : no_node;
  }

  std::int32_t parse_list(Node made) {
    ++next_;
    made.op = Op::list;
    if (!parse_items("]", made.arguments)) return no_node;
    return add(std::move(made));
  }

  /// Expressions up to the closing symbol, which is taken too.
  bool parse_items(std::string_view closing, std::vector<std::int32_t>& items) {
    while (!take(closing)) {
      if (!items.empty() && !expect(",", "between the items")) return false;
      if (!items.empty() && take(closing)) return true;
      const std::int32_t item = parse_conditional();
      if (item < 0) return false;
      items.push_back(item);
    }
    return true;
  }

  std::int32_t parse_postfix(std::int32_t operand) {
    while (operand >= 0) {
      const std::size_t offset = peek().offset;
      if (take(".")) {
        if (peek().kind != TokenKind::name) return fail_here("a name expected after '.'");
        Node made;
        made.op = Op::member;
        made.offset = static_cast<std::uint32_t>(peek().offset);
        made.left = operand;
        made.text = std::string(tokens_[next_++].text);
        operand = add(std::move(made));
      } else if (at("[")) {
        const Nesting nesting(*this);
        if (nesting.too_deep) return fail_here(too_deep());
        ++next_;
        operand = binary(Op::index, offset, operand, parse_conditional());
        if (operand < 0 || !expect("]", "to close the index")) return no_node;
      } else if (at("(")) {
        return fail_here("there are no calls in expressions; use a filter, e.g. | upper");
      } else {
        break;
      }
    }
    return operand;
  }

  std::int32_t parse_filter(std::int32_t operand) {
    const Token token = peek();
    if (token.kind != TokenKind::name && token.kind != TokenKind::literal) {
      return fail_here("a filter's name expected after '|'");
    }
    const FilterSpec* spec = find_filter(token.text);
    if (!spec) {
      return fail_here("unknown filter " + shown(token.text) +
                       did_you_mean(token.text, filter_names()));
    }
    ++next_;
    Node made;
    made.op = Op::filter;
    made.filter = spec->filter;
    made.offset = static_cast<std::uint32_t>(token.offset);
    made.left = operand;
    made.text = std::string(token.text);
    const Nesting nesting(*this);
    if (nesting.too_deep) return fail_here(too_deep());
    if (take("(") && !parse_items(")", made.arguments)) return no_node;
    const std::size_t count = made.arguments.size();
    if (count < spec->least_arguments || count > spec->most_arguments) {
      return fail_here("the filter is used as " + std::string(spec->usage));
    }
    return add(std::move(made));
  }

  void explain_rest() {
    if (at("}") || at(")") || at("]")) {
      fail_here("nothing is open that " + shown(peek().text) + " could close");
    } else {
      fail_here("an operator expected before " + shown(peek().text));
    }
  }

  struct Nesting {
    explicit Nesting(Parser& owner) : parser(owner), too_deep(++parser.depth_ > max_height) {}
    ~Nesting() { --parser.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    Parser& parser;
    bool too_deep;
  };

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  Syntax syntax_;
  std::optional<ExpressionError> error_;
};

}  // namespace

tl::expected<Syntax, ExpressionError> parse_syntax(std::string_view text) {
  if (text.size() > max_expression_length) {
    return tl::unexpected(ExpressionError{
        0, "the expression is longer than " + std::to_string(max_expression_length) + " bytes"});
  }
  auto tokens = tokenize(text);
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens)).run();
}

}  // namespace weft::expression_detail
