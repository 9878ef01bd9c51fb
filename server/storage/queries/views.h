#pragma once

// What the pictures of the web page are made of: few columns of many rows.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/readers.h"

namespace weft::storage {

/// A column of the grid.
struct RunColumn {
  RunId id;
  std::string run_id;
  std::int64_t version_number = 0;
  RunType type = RunType::manual;
  RunState state = RunState::queued;
  std::optional<Instant> logical_date;
  Instant run_after{}, queued_at{};
  std::optional<Instant> started_at, ended_at;
};
/// Where a page of columns begins: behind this run.
struct RunPosition {
  Instant run_after{};
  RunId id;
};
/// A DAG's runs, newest first by run_after.
Result<std::vector<RunColumn>> list_run_columns(Reader& reader, DagKey dag,
                                                std::optional<RunPosition> before,
                                                std::int64_t limit);

/// All instances of these columns, one column after the other, each sorted by task id and map
/// index. The text lives as long as the call.
using CellVisitor = std::function<void(std::size_t column, std::string_view task_id, int map_index,
                                       TaskState state)>;
Result<void> visit_cells(Reader& reader, const std::vector<RunColumn>& columns,
                         const CellVisitor& visit);

/// The runs of a DAG whose date (logical_date, else run_after) lies in [from, to), in no order.
using RunDateVisitor = std::function<void(Instant date, RunState state)>;
Result<void> visit_run_dates(Reader& reader, DagKey dag, Instant from, Instant to,
                             const RunDateVisitor& visit);

/// When an instance was where.
struct InstanceTimes {
  InstanceId id;
  std::string task_id;
  std::int32_t map_index = -1;
  TaskState state = TaskState::none;
  std::int32_t try_number = 0;
  std::optional<Instant> scheduled_at, queued_at, started_at, ended_at;
};
/// All of a run, in no order.
Result<std::vector<InstanceTimes>> list_instance_times(Reader& reader, RunId run);

/// A try from its first attempt's queueing to its last one's end.
struct TrySpan {
  std::int32_t try_number = 0;
  AttemptState state = AttemptState::queued;  ///< of the last attempt
  Instant queued_at{};
  std::optional<Instant> started_at, ended_at;
};
/// Oldest first.
Result<std::vector<TrySpan>> list_try_spans(Reader& reader, InstanceId instance);

}  // namespace weft::storage
