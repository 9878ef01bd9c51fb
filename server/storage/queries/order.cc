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

bool is_sorted_by(const std::vector<SortTerm>& terms, std::string_view sql) {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const SortTerm& term) { return term.sql == sql; });
}

}  // namespace

bool has_order(std::span<const OrderColumn> columns, std::string_view name) {
  return find_column(columns, name) != nullptr;
}

std::vector<SortTerm> sort_terms(std::span<const OrderColumn> columns,
                                 const std::vector<Order>& order, std::string_view key) {
  std::vector<SortTerm> terms;
  bool descending = false;
  for (const auto& [name, is_descending] : order) {
    const OrderColumn* column = find_column(columns, name);
    WEFT_CHECK_MSG(column != nullptr, "an order_by that was not checked");
    descending = is_descending;
    if (!is_sorted_by(terms, column->sql)) {
      terms.push_back({column->sql, descending, column->may_be_null && column->sql != key});
    }
    if (column->sql == key) return terms;
  }
  terms.push_back({key, descending, false});
  return terms;
}

std::string order_by(std::span<const SortTerm> terms) {
  std::string text;
  for (const SortTerm& term : terms)
    text.append(text.empty() ? "ORDER BY " : ", ")
        .append(term.sql)
        .append(term.descending ? " DESC" : "");
  return text;
}

std::string order_by(std::span<const OrderColumn> columns, const std::vector<Order>& order,
                     std::string_view key) {
  return order_by(sort_terms(columns, order, key));
}

}  // namespace weft::storage
