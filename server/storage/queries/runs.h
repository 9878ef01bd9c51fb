#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"
#include "server/storage/queries/versions.h"

namespace weft::storage {

/// A run with the names that the API shows beside it.
struct RunRecord {
  RunRow row;  ///< without params
  VersionRecord version;
};

/// What a list of runs is asked for. Empty lists and nullopt: any.
struct RunQuery {
  std::optional<DagKey> dag;  ///< nullopt: of all DAGs
  Filter filter;              ///< over the names of run_filter_columns
  std::vector<Order> order;
  Page page;
};

/// Names for filters: `r.` run, `d.` its dag, `v.` its version.
inline constexpr std::string_view run_duration = "((r.ended_at - r.started_at) / 1e6)";
inline constexpr std::string_view run_updated_at =
    "coalesce(r.ended_at, r.started_at, r.queued_at)";

bool is_run_order(std::string_view name);
Result<Listing<RunRecord>> list_runs(Reader& reader, const RunQuery& query);
Result<std::optional<RunRecord>> find_run(Reader& reader, DagKey dag, std::string_view run_id);
Result<std::optional<RunRecord>> find_run_by_logical_date(Reader& reader, DagKey dag, Instant at);
/// The newest run of a DAG by run_after.
Result<std::optional<RunRecord>> latest_run(Reader& reader, DagKey dag);
/// How many of a DAG's runs are in each state that occurs.
Result<std::map<RunState, std::int64_t>> count_runs_by_state(Reader& reader, DagKey dag);
/// How many runs of a window of run_after are in each state, by the state's number.
using RunCounts = std::array<std::int64_t, 4>;
/// One per window; the last bound ends the last one. Of these DAGs, nullopt: of all.
Result<std::vector<RunCounts>> count_runs_between(
    Reader& reader, const std::vector<Instant>& bounds,
    const std::optional<std::vector<std::string>>& dag_ids);
/// The state of a run, cheap enough to be asked again and again.
Result<std::optional<RunState>> run_state(Reader& reader, RunId run);

}  // namespace weft::storage
