#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"
#include "server/storage/queries/versions.h"

namespace weft::storage {

/// A task instance with what the API shows of its run, version and latest attempt.
struct InstanceRecord {
  InstanceRow row;
  std::string run_id;
  RunState run_state = RunState::queued;
  std::optional<Instant> logical_date;
  Instant run_after{};
  Instant run_queued_at{};
  VersionRecord version;
  std::string worker;  ///< of the latest attempt; "" before the first
  int pid = 0;         ///< as above; 0: not known
};

/// What a list of task instances is asked for. Without a run: of a DAG's runs; without both: all.
struct InstanceQuery {
  std::optional<DagKey> dag;
  std::optional<RunId> run;
  std::vector<TaskState> states;  ///< empty: any
  Filter filter;  ///< over `ti.` (task_instance), `r.` (run), `d.` (dag), `v.` (dag_version)
  std::vector<Order> order;  ///< empty: by run, map_index and id
  Page page;
};

inline constexpr std::string_view instance_duration = "((ti.ended_at - ti.started_at) / 1e6)";

/// For Filter::add_in: matches a version's task, `version:task_id`.
inline constexpr std::string_view instance_task_key = "(r.version || ':' || ti.task_id)";

bool is_instance_order(std::string_view name);
Result<Listing<InstanceRecord>> list_instances(Reader& reader, const InstanceQuery& query);
Result<std::optional<InstanceRecord>> find_instance(Reader& reader, RunId run,
                                                    std::string_view task_id, int map_index);

/// Task instances of active runs that hold or want slots, counted per version and task: what the
/// slots of pools and workers are counted from.
struct ActiveTaskCount {
  VersionId version;
  std::string task_id;
  TaskState state = TaskState::none;
  std::int64_t count = 0;
};
Result<std::vector<ActiveTaskCount>> count_active_tasks(Reader& reader);

}  // namespace weft::storage
