#include "server/storage/queries/order.h"

#include <algorithm>

#include "base/check.h"

namespace weft::storage {
namespace {

const OrderColumn* find_column(std::span<const OrderColumn> columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const OrderColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

bool has_order(std::span<const OrderColumn> columns, std::string_view name) {
  return find_column(columns, name) != nullptr;
}

std::string order_by(std::span<const OrderColumn> columns, const std::vector<Order>& order,
                     std::string_view key) {
  std::string text = "ORDER BY ";
  bool descending = false;
  bool by_key = false;
  for (const auto& [name, is_descending] : order) {
    const OrderColumn* column = find_column(columns, name);
    WEFT_CHECK_MSG(column != nullptr, "an order_by that was not checked");
    descending = is_descending;
    by_key = by_key || column->sql == key;
    text.append(column->sql).append(descending ? " DESC, " : ", ");
  }
  if (by_key) {
    text.resize(text.size() - 2);
    return text;
  }
  return text.append(key).append(descending ? " DESC" : "");
}

}  // namespace weft::storage
