#pragma once

#include "server/core/expression/filters.h"

namespace weft::expression_detail {

/// A binary operator on two values: comparison, `in` or arithmetic. Whole numbers stay whole but
/// for `/`; an overflow of 64 bits is an error.
FilterResult apply_operator(Op op, const nlohmann::json& left, const nlohmann::json& right);

}  // namespace weft::expression_detail
