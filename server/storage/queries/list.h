#pragma once

// What the lists of the API have in common: filters that grow clause by clause, pages, totals.
// Each file beside this one holds the read queries of one resource; they run inside of
// Readers::with and return plain structs. A newcomer reads this, then runs.h.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/storage/readers.h"

namespace weft::storage {

/// A value of a column; monostate: NULL.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A row's place in a sorted list: what the row has in each thing that the list is sorted by.
struct Position {
  std::vector<Cell> cells;
};

/// A part of a list.
struct Page {
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  std::optional<Position> after;  ///< only what is behind it, instead of the offset (keyset.h)
};

/// A sort order by a name that the resource knows (e.g. run_order_column).
struct Order {
  std::string name;
  bool descending = false;
};

/// Counting stops here, so that a total costs no more in a large database.
inline constexpr std::int64_t max_exact_total = 10'000;

template <class Row>
struct Listing {
  std::vector<Row> rows;
  std::int64_t total = 0;
  bool total_is_exact = true;  ///< false: there are more than `total`
  /// Where this page ends; nullopt: nothing follows. Only of lists that take `Page::after`.
  std::optional<Position> next;
};

/// The conditions of a WHERE, joined by AND, and their values in order.
class Filter {
 public:
  using Value = std::variant<std::int64_t, double, std::string>;

  /// `sql` has as many `?` as there are values. It is program text, never what a caller sent.
  void add(std::string_view sql, std::vector<Value> values = {});
  /// All conditions of another filter.
  void add(const Filter& other);
  void add_equal(std::string_view column, Value value);
  /// `column IN (…)`; one text for any number of values.
  void add_in(std::string_view column, const std::vector<std::int64_t>& values);
  void add_in(std::string_view column, const std::vector<std::string>& values);
  void add_not_in(std::string_view column, const std::vector<std::string>& values);
  /// Substring match without case, `%` and `_` as in LIKE; `|` separates alternatives.
  void add_pattern(std::string_view column, std::string_view pattern);
  /// A row of `table` exists that meets `join` and all of `conditions`.
  void add_exists(std::string_view table, std::string_view join, const Filter& conditions);
  /// A condition that no row meets.
  void add_never() { add("0"); }

  bool empty() const { return sql_.empty(); }
  /// Does a condition name a column of the table that is called so? Says yes too often, never too
  /// rarely: the name may be one inside of a sub-select.
  bool names(std::string_view table) const;
  /// "WHERE …" or "".
  std::string where() const;
  /// Binds from `index` on; returns the next free index. The filter must outlive the step.
  int bind(Statement& statement, int index) const;

 private:
  std::string sql_;
  std::vector<Value> values_;
};

/// While it lives, statements of the reader are interrupted once the time is up: a filter that no
/// index serves may not keep a connection from others for long.
class ReadBudget {
 public:
  static constexpr std::chrono::milliseconds usual{5'000};

  explicit ReadBudget(Reader& reader, std::chrono::milliseconds budget = usual);
  ~ReadBudget();
  ReadBudget(const ReadBudget&) = delete;

  /// What the statement answered; when the time was up: resource_exhausted with the way out.
  Result<void> check(Result<void> answer) const;

 private:
  static int is_spent(void* self);

  sqlite3* const database_;
  const std::chrono::steady_clock::time_point until_;
  bool was_spent_ = false;
};

/// A JSON list, for `IN (SELECT value FROM json_each(?))`.
std::string json_list(const std::vector<std::int64_t>& values);
std::string json_list(const std::vector<std::string>& values);

/// Runs `SELECT columns from where order LIMIT OFFSET` and counts what the filter lets through.
/// `from` starts with "FROM", `order` with "ORDER BY" or is empty.
template <class MakeRow>
auto select_page(Reader& reader, std::string_view columns, std::string_view from,
                 const Filter& filter, std::string_view order, Page page, MakeRow&& make_row)
    -> Result<Listing<std::invoke_result_t<MakeRow, Statement&>>>;

/// How many rows the filter lets through, up to max_exact_total + 1.
Result<std::int64_t> count_rows(Reader& reader, std::string_view from, const Filter& filter);

/// The listing's total: how many rows there are, or that there are more than can be counted.
template <class Row>
Result<void> count_into(Reader& reader, std::string_view from, const Filter& filter,
                        Listing<Row>& listing) {
  TRY_ASSIGN(const auto count, count_rows(reader, from, filter));
  listing.total_is_exact = count <= max_exact_total;
  listing.total = std::min(count, max_exact_total);
  return {};
}

// ------------------------------------------------------------------------------------------------

template <class MakeRow>
auto select_page(Reader& reader, std::string_view columns, std::string_view from,
                 const Filter& filter, std::string_view order, Page page, MakeRow&& make_row)
    -> Result<Listing<std::invoke_result_t<MakeRow, Statement&>>> {
  Listing<std::invoke_result_t<MakeRow, Statement&>> listing;
  TRY(count_into(reader, from, filter, listing));
  if (page.limit == 0) return listing;
  std::string sql = "SELECT ";
  const std::string where = filter.where();
  for (const std::string_view part : {columns, from, std::string_view(where), order})
    sql.append(part).append(" ");
  sql += "LIMIT ? OFFSET ?";
  Statement& statement = reader.prepare(sql);
  const int next = filter.bind(statement, 1);
  statement.bind(next, page.limit).bind(next + 1, page.offset);
  const ReadBudget budget(reader);
  TRY(budget.check(statement.each([&](Statement& row) { listing.rows.push_back(make_row(row)); })));
  return listing;
}

/// The first row, if there is one.
template <class MakeRow>
auto select_one(Reader& reader, std::string_view columns, std::string_view from,
                const Filter& filter, MakeRow&& make_row)
    -> Result<std::optional<std::invoke_result_t<MakeRow, Statement&>>> {
  std::string sql = "SELECT ";
  const std::string where = filter.where();
  for (const std::string_view part : {columns, from, std::string_view(where)})
    sql.append(part).append(" ");
  sql += "LIMIT 1";
  Statement& statement = reader.prepare(sql);
  filter.bind(statement, 1);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<std::invoke_result_t<MakeRow, Statement&>> row;
  if (found) row = make_row(statement);
  statement.reset();
  return row;
}

/// The row of a table whose `key` is `value`; `make` is one of columns.h.
template <class Make>
auto find_by(Reader& reader, std::string_view columns, std::string_view from, std::string_view key,
             std::string_view value, Make make) {
  Filter filter;
  filter.add_equal(key, std::string(value));
  return select_one(reader, columns, from, filter, [&](Statement& row) { return make(row, 0); });
}

/// Every row of a small table: of people, keys, tokens; never of history.
template <class Make>
auto select_all(Reader& reader, std::string_view columns, std::string_view table, Make make)
    -> Result<std::vector<std::invoke_result_t<Make, Statement&, int>>> {
  std::string sql = "SELECT ";
  sql.append(columns).append(" FROM ").append(table);
  std::vector<std::invoke_result_t<Make, Statement&, int>> rows;
  TRY(reader.prepare(sql).each([&](Statement& row) { rows.push_back(make(row, 0)); }));
  return rows;
}

}  // namespace weft::storage
