#include "server/core/expression/evaluator.h"

#include "server/core/expression/filters.h"
#include "server/core/expression/operators.h"
#include "server/core/expression/suggest.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;

/// Bytes that one evaluation may copy.
constexpr std::size_t work_budget = 32 * max_result_bytes;

/// A value of the scope (borrowed) or one that was made here.
struct Value {
  const json* borrowed = nullptr;
  json owned;

  const json& get() const { return borrowed ? *borrowed : owned; }
};

using Evaluated = tl::expected<Value, Failure>;

Value own(json value) {
  return Value{nullptr, std::move(value)};
}
tl::unexpected<Failure> refuse_at_node(std::string message, bool missing = false) {
  return tl::unexpected(Failure{std::move(message), missing});
}

class Evaluator {
 public:
  Evaluator(const Syntax& syntax, const Scope& scope) : nodes_(syntax.nodes), scope_(scope) {}

  tl::expected<json, Failure> run() {
    Evaluated value = eval(static_cast<std::int32_t>(nodes_.size()) - 1);
    if (!value) return tl::unexpected(std::move(value.error()));
    if (auto charged = charge(value->get()); !charged) return tl::unexpected(charged.error());
    if (value->borrowed) return *value->borrowed;
    return std::move(value->owned);
  }

 private:
  const Node& node(std::int32_t position) const {
    return nodes_[static_cast<std::size_t>(position)];
  }

  /// Books a value that is made or copied.
  tl::expected<void, Failure> charge(const json& value) {
    const std::size_t size = measure(value, max_result_bytes);
    if (size > max_result_bytes) {
      return refuse_at_node("a value is larger than 1 MiB or nested too deep");
    }
    used_ += size;
    if (used_ > work_budget) return refuse_at_node("the expression copies more than 32 MiB");
    return {};
  }

  Evaluated eval(std::int32_t position) {
    const Node& here = node(position);
    switch (here.op) {
      case Op::literal: return Value{&here.value, {}};
      case Op::list: return eval_list(here);
      case Op::name: return eval_name(here);
      case Op::member: return eval_member(here);
      case Op::index: return eval_index(here);
      case Op::logical_not: return eval_not(here);
      case Op::logical_and:
      case Op::logical_or: return eval_logical(here);
      case Op::conditional: return eval_conditional(here);
      case Op::filter: return eval_filter(here);
      case Op::negate: return eval_negate(here);
      default: return eval_binary(here);
    }
  }

  Evaluated eval_list(const Node& here) {
    json items = json::array();
    for (const std::int32_t argument : here.arguments) {
      Evaluated item = eval(argument);
      if (!item) return item;
      if (auto charged = charge(item->get()); !charged) return tl::unexpected(charged.error());
      items.push_back(item->get());
    }
    return own(std::move(items));
  }

  Evaluated eval_name(const Node& here) {
    const json* value = scope_.find(here.text);
    if (!value) return refuse_at_node("unknown name \"" + here.text + "\"");
    return Value{value, {}};
  }

  Evaluated eval_member(const Node& here) {
    Evaluated object = eval(here.left);
    if (!object) return object;
    return member_of(std::move(*object), here.text, is_outputs(here.left));
  }

  /// `outputs.T` is null, not an error, when T did not succeed.
  bool is_outputs(std::int32_t position) const {
    return node(position).op == Op::name && node(position).text == "outputs";
  }

  static Evaluated member_of(Value object, const std::string& key, bool lenient) {
    const json& value = object.get();
    if (value.is_null()) return own(nullptr);
    if (!value.is_object()) {
      return refuse_at_node(std::string(kind_of(value)) + " has no member " + shown(key));
    }
    const auto found = value.find(key);
    if (found == value.end()) {
      if (lenient) return own(nullptr);
      std::vector<std::string_view> names;
      for (auto it = value.begin(); it != value.end() && names.size() < 1000; ++it) {
        names.push_back(it.key());
      }
      return refuse_at_node("there is no " + shown(key) + did_you_mean(key, names), true);
    }
    if (object.borrowed) return Value{&*found, {}};
    json taken = *found;
    return own(std::move(taken));
  }

  Evaluated eval_index(const Node& here) {
    Evaluated object = eval(here.left);
    if (!object) return object;
    const Evaluated key = eval(here.right);
    if (!key) return key;
    const json& index = key->get();
    if (index.is_string()) {
      return member_of(std::move(*object), index.get<std::string>(), is_outputs(here.left));
    }
    const json& value = object->get();
    if (value.is_null()) return own(nullptr);
    if (!value.is_array())
      return refuse_at_node(std::string(kind_of(value)) + " has no numbered items");
    if (!index.is_number_integer())
      return refuse_at_node("an index must be a whole number or a string");
    const auto size = static_cast<std::int64_t>(value.size());
    std::int64_t at = index.get<std::int64_t>();
    if (at < 0) at += size;
    if (at < 0 || at >= size) {
      return refuse_at_node(
          "there is no item " + index.dump() + " in a list of " + std::to_string(size), true);
    }
    if (object->borrowed) return Value{&value[static_cast<std::size_t>(at)], {}};
    json taken = value[static_cast<std::size_t>(at)];
    return own(std::move(taken));
  }

  Evaluated eval_not(const Node& here) {
    const Evaluated operand = eval(here.left);
    if (!operand) return operand;
    return own(!is_true(operand->get()));
  }

  /// The operand that decides, as in Python: `a or b` is a if a is true, else b.
  Evaluated eval_logical(const Node& here) {
    Evaluated left = eval(here.left);
    if (!left) return left;
    const bool truth = is_true(left->get());
    return truth == (here.op == Op::logical_or) ? std::move(left) : eval(here.right);
  }

  Evaluated eval_conditional(const Node& here) {
    const Evaluated condition = eval(here.right);
    if (!condition) return condition;
    return eval(is_true(condition->get()) ? here.left : here.third);
  }

  Evaluated eval_negate(const Node& here) {
    const Evaluated operand = eval(here.left);
    if (!operand) return operand;
    return finish(apply_operator(Op::subtract, json(0), operand->get()));
  }

  Evaluated eval_binary(const Node& here) {
    const Evaluated left = eval(here.left);
    if (!left) return left;
    const Evaluated right = eval(here.right);
    if (!right) return right;
    return finish(apply_operator(here.op, left->get(), right->get()));
  }

  Evaluated eval_filter(const Node& here) {
    if (here.filter == Filter::default_) return eval_default(here);
    const Evaluated input = eval(here.left);
    if (!input) return input;
    std::vector<json> arguments;
    for (const std::int32_t argument : here.arguments) {
      Evaluated value = eval(argument);
      if (!value) return value;
      if (auto charged = charge(value->get()); !charged) return tl::unexpected(charged.error());
      arguments.push_back(value->get());
    }
    if (auto charged = charge(input->get()); !charged) return tl::unexpected(charged.error());
    FilterResult result = apply_filter(here.filter, input->get(), arguments);
    if (!result) result.error() = here.text + ": " + result.error();
    return finish(std::move(result));
  }

  /// default(x) stands in for null and for a key that is missing; default(x, true) for anything
  /// that is not true.
  Evaluated eval_default(const Node& here) {
    Evaluated input = eval(here.left);
    if (!input && !input.error().missing) return input;
    bool wanted = !input || input->get().is_null();
    if (!wanted && here.arguments.size() == 2) {
      const Evaluated also_false = eval(here.arguments[1]);
      if (!also_false) return also_false;
      wanted = is_true(also_false->get()) && !is_true(input->get());
    }
    return wanted ? eval(here.arguments[0]) : std::move(input);
  }

  Evaluated finish(FilterResult result) {
    if (!result) return refuse_at_node(std::move(result.error()));
    if (auto charged = charge(*result); !charged) return tl::unexpected(charged.error());
    return own(std::move(*result));
  }

  const std::vector<Node>& nodes_;
  const Scope& scope_;
  std::size_t used_ = 0;
};

}  // namespace

tl::expected<json, Failure> evaluate_syntax(const Syntax& syntax, const Scope& scope) {
  return Evaluator(syntax, scope).run();
}

}  // namespace weft::expression_detail
