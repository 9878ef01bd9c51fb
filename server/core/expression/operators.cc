#include "server/core/expression/operators.h"

#include <cmath>

#include "server/core/expression/suggest.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;

std::string_view symbol_of(Op op) {
  switch (op) {
    case Op::less: return "<";
    case Op::less_equal: return "<=";
    case Op::greater: return ">";
    case Op::greater_equal: return ">=";
    case Op::add: return "+";
    case Op::subtract: return "-";
    case Op::multiply: return "*";
    case Op::divide: return "/";
    case Op::modulo: return "%";
    default: return "in";
  }
}

tl::unexpected<std::string> mismatch(Op op, const json& left, const json& right) {
  return refuse("'" + std::string(symbol_of(op)) + "' does not work on " +
                std::string(kind_of(left)) + " and " + std::string(kind_of(right)));
}

FilterResult compare(Op op, const json& left, const json& right) {
  const bool comparable =
      (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
  if (!comparable) return mismatch(op, left, right);
  switch (op) {
    case Op::less: return left < right;
    case Op::less_equal: return left <= right;
    case Op::greater: return left > right;
    default: return left >= right;
  }
}

FilterResult contains(const json& needle, const json& hay) {
  if (hay.is_array()) {
    for (const json& item : hay) {
      if (item == needle) return true;
    }
    return false;
  }
  if (hay.is_object() && needle.is_string()) return hay.contains(needle.get<std::string>());
  if (hay.is_string() && needle.is_string()) {
    return hay.get_ref<const std::string&>().find(needle.get_ref<const std::string&>()) !=
           std::string::npos;
  }
  if (hay.is_null()) return false;
  return mismatch(Op::in, needle, hay);
}

bool fits_int64(const json& value) {
  return value.is_number_integer() &&
         !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX);
}

FilterResult whole_arithmetic(Op op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (op) {
    case Op::add: overflow = __builtin_add_overflow(a, b, &result); break;
    case Op::subtract: overflow = __builtin_sub_overflow(a, b, &result); break;
    case Op::multiply: overflow = __builtin_mul_overflow(a, b, &result); break;
    default:  // modulo, with the sign of the divisor as in Python
      if (b == 0) return refuse("division by zero");
      result = b == -1 ? 0 : a % b;
      if (result != 0 && (result < 0) != (b < 0)) result += b;
  }
  if (overflow) return refuse("the number does not fit into 64 bits");
  return result;
}

FilterResult real_arithmetic(Op op, double a, double b) {
  if ((op == Op::divide || op == Op::modulo) && b == 0) return refuse("division by zero");
  double result = 0;
  switch (op) {
    case Op::add: result = a + b; break;
    case Op::subtract: result = a - b; break;
    case Op::multiply: result = a * b; break;
    case Op::divide: result = a / b; break;
    default: result = a - b * std::floor(a / b);
  }
  if (!std::isfinite(result)) return refuse("the number is out of range");
  return result;
}

FilterResult arithmetic(Op op, const json& left, const json& right) {
  if (left.is_number() && right.is_number()) {
    if (op != Op::divide && fits_int64(left) && fits_int64(right)) {
      return whole_arithmetic(op, left.get<std::int64_t>(), right.get<std::int64_t>());
    }
    return real_arithmetic(op, left.get<double>(), right.get<double>());
  }
  if (op == Op::add && left.is_string() && right.is_string()) {
    return left.get<std::string>() + right.get_ref<const std::string&>();
  }
  if (op == Op::add && left.is_array() && right.is_array()) {
    json result = left;
    result.insert(result.end(), right.begin(), right.end());
    return result;
  }
  return mismatch(op, left, right);
}

}  // namespace

FilterResult apply_operator(Op op, const json& left, const json& right) {
  switch (op) {
    case Op::equal: return left == right;
    case Op::not_equal: return left != right;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return compare(op, left, right);
    case Op::in: return contains(left, right);
    case Op::not_in: {
      FilterResult found = contains(left, right);
      if (found) *found = !found->get<bool>();
      return found;
    }
    default: return arithmetic(op, left, right);
  }
}

}  // namespace weft::expression_detail
