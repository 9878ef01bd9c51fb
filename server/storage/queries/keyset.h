#pragma once

// Pages of sorted lists that go on behind a row instead of counting rows from the start: a page in
// the depth costs what the first one does, and rows that come or go meanwhile move nothing.
//
// The rows behind (a, b, key) are read in parts, each along an index, the nearest first: those with
// the same a and b and a later key, those with the same a and a later b, those with a later a. So
// the columns may have directions of their own, and a NULL, which compares with nothing, is a part
// of its own: SQLite puts it before all values.

#include <string>
#include <string_view>
#include <vector>

#include "server/storage/queries/list.h"
#include "server/storage/queries/order.h"

namespace weft::storage {

/// Where a list is read from.
struct Source {
  std::string_view columns;
  std::string from;     ///< starts with "FROM"
  std::string counted;  ///< as `from`, without the joins that neither drop rows nor are filtered by
  /// A condition that all rows meet, which makes SQLite walk along the key; "" for none. A page
  /// behind a position has a nearer place to begin at.
  std::string_view walk = "";
};

/// Rows that follow each other in the order, all of them before those of the next part.
struct Part {
  Filter filter;
  std::size_t same = 0;  ///< how many of the first terms are the same in all of them
};

/// What is behind the position. Errors: invalid_argument when it is not of this order.
Result<std::vector<Part>> parts_behind(const std::vector<SortTerm>& terms,
                                       const Position& position);

/// The last `count` columns of the row.
Position read_position(const Statement& row, std::size_t count);

/// "SELECT …, terms FROM … WHERE part AND filter ORDER BY … LIMIT ? OFFSET ?".
std::string page_sql(const Source& source, const std::vector<SortTerm>& terms, const Part& part,
                     const Filter& filter);

/// A page with the total, and where it ends. `terms` end with the key, which is never NULL.
template <class MakeRow>
auto select_sorted(Reader& reader, const Source& source, const Filter& filter,
                   const std::vector<SortTerm>& terms, const Page& page, MakeRow&& make_row)
    -> Result<Listing<std::invoke_result_t<MakeRow, Statement&>>> {
  Listing<std::invoke_result_t<MakeRow, Statement&>> listing;
  Filter everything;
  if (!source.walk.empty()) everything.add(source.walk);
  Filter counted = everything;
  counted.add(filter);
  TRY(count_into(reader, source.counted, counted, listing));
  if (page.limit == 0) return listing;
  std::vector<Part> parts(1);
  // Where the list is sorted by something else, the index of that is the way to walk.
  if (terms.size() == 1) parts.front().filter = everything;
  if (page.after) {
    TRY_ASSIGN(parts, parts_behind(terms, *page.after));
  }
  const auto limit = static_cast<std::size_t>(page.limit);
  Position last;
  const ReadBudget budget(reader);
  for (const Part& part : parts) {
    if (listing.next) break;
    Statement& statement = reader.prepare(page_sql(source, terms, part, filter));
    const int next = filter.bind(statement, part.filter.bind(statement, 1));
    // One more than the page has tells whether another one follows.
    statement.bind(next, static_cast<std::int64_t>(limit + 1 - listing.rows.size()))
        .bind(next + 1, page.after ? 0 : page.offset);
    TRY(budget.check(statement.each([&](Statement& row) {
      if (listing.rows.size() == limit) {
        listing.next = std::move(last);
        return;
      }
      listing.rows.push_back(make_row(row));
      if (listing.rows.size() == limit) last = read_position(row, terms.size());
    })));
  }
  return listing;
}

}  // namespace weft::storage
