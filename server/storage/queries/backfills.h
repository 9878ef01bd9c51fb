#pragma once

#include <map>
#include <optional>
#include <string>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

struct BackfillRecord {
  BackfillRow row;
  std::string dag_id, display_name;
};

bool is_backfill_order(std::string_view name);
/// Of one DAG, or of all. Names for filters: `b.` backfill, `d.` its dag.
Result<Listing<BackfillRecord>> list_backfills(Reader& reader, std::optional<DagKey> dag,
                                               const Filter& filter,
                                               const std::vector<Order>& order, Page page);
Result<std::optional<BackfillRecord>> find_backfill(Reader& reader, BackfillId backfill);

/// Of the runs that it made or ran again.
Result<std::map<RunState, std::int64_t>> count_backfill_runs(Reader& reader, BackfillId backfill);

}  // namespace weft::storage
