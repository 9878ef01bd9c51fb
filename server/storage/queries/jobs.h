#pragma once

// Jobs, and what the dry run of an edit looks at: runs and the states of their instances.

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// A job with the names that the API shows beside it.
struct JobRecord {
  JobRow row;  ///< without cursor
  std::string dag_id, dag_display_name;
  std::string run_id;  ///< "": several
};

bool is_job_order(std::string_view name);
/// Filters: over `j.` (job) and `d.` (dag).
Result<Listing<JobRecord>> list_jobs(Reader& reader, const Filter& filter,
                                     const std::vector<Order>& order, Page page);
Result<std::optional<JobRecord>> find_job(Reader& reader, JobId job);

struct RunHead {
  RunId id;
  VersionId version;
  RunState state = RunState::queued;
  std::optional<Instant> logical_date;
};
/// The next runs of a DAG behind `after`, by logical date up to `to`.
Result<std::vector<RunHead>> run_heads_by_date(Reader& reader, DagKey dag, Instant after,
                                               Instant to, int limit);
/// … by id.
Result<std::vector<RunHead>> run_heads_by_id(Reader& reader, DagKey dag, RunId after, int limit);

struct InstanceHead {
  std::string task_id;
  std::int32_t map_index = -1;
  TaskState state = TaskState::none;
};
/// All instances of a run, by id.
Result<std::vector<InstanceHead>> instance_heads(Reader& reader, RunId run);

}  // namespace weft::storage
