#include "server/storage/queries/backfills.h"

#include <algorithm>

#include "server/storage/queries/order.h"
#include "server/storage/rows.h"

namespace weft::storage {
namespace {

const std::string& selected() {
  static const std::string all = prefixed("b", columns::backfill) + ", d.dag_id, v.display_name";
  return all;
}
/// Behind the backfill's own columns.
const int dag_id_column =
    static_cast<int>(std::ranges::count(std::string_view(columns::backfill), ',')) + 1;
constexpr std::string_view from =
    "FROM backfill b CROSS JOIN dag d ON d.key = b.dag CROSS JOIN dag_version v ON v.id = "
    "d.current_version";
constexpr OrderColumn order_columns[] = {{"id", "b.id"}};

BackfillRecord make_backfill(Statement& row) {
  return {.row = backfill_row(row),
          .dag_id = row.string(dag_id_column),
          .display_name = row.string(dag_id_column + 1)};
}

}  // namespace

bool is_backfill_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<BackfillRecord>> list_backfills(Reader& reader, std::optional<DagKey> dag,
                                               const Filter& filter,
                                               const std::vector<Order>& order, Page page) {
  Filter all;
  if (dag) all.add_equal("b.dag", dag->value);
  all.add(filter);
  return select_page(reader, selected(), from, all, order_by(order_columns, order, "b.id"), page,
                     make_backfill);
}

Result<std::optional<BackfillRecord>> find_backfill(Reader& reader, BackfillId backfill) {
  Filter filter;
  filter.add_equal("b.id", backfill.value);
  return select_one(reader, selected(), from, filter, make_backfill);
}

Result<std::map<RunState, std::int64_t>> count_backfill_runs(Reader& reader, BackfillId backfill) {
  Statement& statement = reader.prepare(
      "SELECT state, count(*) FROM run WHERE backfill = ? AND backfill > 0 GROUP BY state");
  statement.bind(1, backfill);
  std::map<RunState, std::int64_t> counts;
  TRY(statement.each(
      [&](Statement& row) { counts[static_cast<RunState>(row.integer(0))] = row.integer(1); }));
  return counts;
}

}  // namespace weft::storage
