#include "server/storage/queries/keyset.h"

#include <span>

namespace weft::storage {
namespace {

bool is_null(const Cell& cell) {
  return std::holds_alternative<std::monostate>(cell);
}

/// `sql` with the cell's value bound to its `?`.
void add_cell(Filter& filter, std::string_view column, std::string_view comparison,
              const Cell& cell) {
  std::string sql(column);
  sql.append(comparison);
  if (const auto* number = std::get_if<std::int64_t>(&cell))
    filter.add(sql, {*number});
  else if (const auto* real = std::get_if<double>(&cell))
    filter.add(sql, {*real});
  else
    filter.add(sql, {std::get<std::string>(cell)});
}

void add_null(Filter& filter, std::string_view column, std::string_view test) {
  filter.add(std::string(column).append(test));
}

/// Rows that are the same in the first `count` terms.
Part same_as(const std::vector<SortTerm>& terms, const Position& position, std::size_t count) {
  Part part{.same = count};
  for (std::size_t i = 0; i < count; ++i) {
    const Cell& cell = position.cells[i];
    if (is_null(cell))
      add_null(part.filter, terms[i].sql, " IS NULL");
    else
      add_cell(part.filter, terms[i].sql, " = ?", cell);
  }
  return part;
}

Cell read_cell(const Statement& row, int column) {
  switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_NULL: return std::monostate();
    case SQLITE_INTEGER: return row.integer(column);
    case SQLITE_FLOAT: return row.real(column);
    default: return row.string(column);
  }
}

}  // namespace

Result<std::vector<Part>> parts_behind(const std::vector<SortTerm>& terms,
                                       const Position& position) {
  if (position.cells.size() != terms.size() || is_null(position.cells.back()))
    return fail(ErrorCode::invalid_argument, "the cursor is not one of this list");
  std::vector<Part> parts;
  for (std::size_t i = terms.size(); i-- > 0;) {
    const auto& [column, descending, may_be_null] = terms[i];
    const Cell& cell = position.cells[i];
    // NULL is the least: behind it come all values, or nothing; behind a value, going down, NULL.
    if (is_null(cell) && descending) continue;
    Part part = same_as(terms, position, i);
    if (is_null(cell))
      add_null(part.filter, column, " IS NOT NULL");
    else
      add_cell(part.filter, column, descending ? " < ?" : " > ?", cell);
    parts.push_back(std::move(part));
    if (!descending || !may_be_null) continue;
    Part nulls = same_as(terms, position, i);
    add_null(nulls.filter, column, " IS NULL");
    nulls.same = i + 1;
    parts.push_back(std::move(nulls));
  }
  return parts;
}

Position read_position(const Statement& row, std::size_t count) {
  Position position;
  const int columns = row.column_count();
  for (int column = columns - static_cast<int>(count); column < columns; ++column)
    position.cells.push_back(read_cell(row, column));
  return position;
}

std::string page_sql(const Source& source, const std::vector<SortTerm>& terms, const Part& part,
                     const Filter& filter) {
  std::string sql = "SELECT ";
  sql.append(source.columns);
  for (const SortTerm& term : terms) sql.append(", ").append(term.sql);
  // The part stands first: of two bounds of one column SQLite begins at the one that it reads
  // first, and a filter's own bound may be far away.
  Filter where = part.filter;
  where.add(filter);
  sql.append(" ").append(source.from).append(" ").append(where.where()).append(" ");
  sql.append(order_by(std::span(terms).subspan(part.same)));
  return sql.append(" LIMIT ? OFFSET ?");
}

}  // namespace weft::storage
