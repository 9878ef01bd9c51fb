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
  bool may_be_null = true;
};

bool has_order(std::span<const OrderColumn> columns, std::string_view name);

/// One thing that a list is sorted by. The texts live as long as the tables of columns do.
struct SortTerm {
  std::string_view sql;
  bool descending = false;
  bool may_be_null = true;
};

/// What the names mean, with `key` last, in the direction of the last name, so that the order is
/// total and an index that ends in the row's id serves it. Nothing stands behind the key: it tells
/// any two rows apart. Every name must be known (has_order).
std::vector<SortTerm> sort_terms(std::span<const OrderColumn> columns,
                                 const std::vector<Order>& order, std::string_view key);

/// "ORDER BY …".
std::string order_by(std::span<const SortTerm> terms);
std::string order_by(std::span<const OrderColumn> columns, const std::vector<Order>& order,
                     std::string_view key);

}  // namespace weft::storage
