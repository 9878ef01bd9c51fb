#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/storage/queries/list.h"

namespace weft::storage {

/// What a name in `order_by` means in SQL.
struct OrderColumn {
  std::string_view name;
  std::string_view sql;
};

bool has_order(std::span<const OrderColumn> columns, std::string_view name);

/// "ORDER BY …" with `key` last, in the direction of the last name, so that the order is total and
/// an index that ends in the row's id serves it. Every name must be known (has_order).
std::string order_by(std::span<const OrderColumn> columns, const std::vector<Order>& order,
                     std::string_view key);

}  // namespace weft::storage
