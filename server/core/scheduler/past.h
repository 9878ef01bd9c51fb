#pragma once

// depends_on_past and wait_for_downstream: the same task in the run before, by logical date.

#include <optional>

#include "server/core/scheduler/state.h"

namespace weft {

/// What in the run before is not success or skipped.
struct PastBlock {
  RunId run;
  std::string run_id;
  std::optional<Instant> logical_date;
  std::string task_id;
  int map_index = -1;
  TaskState state = TaskState::none;
  bool downstream = false;  ///< it is a downstream of the task: wait_for_downstream
};

/// The run of this DAG with the latest logical date before this one, whatever its state.
std::optional<RunRow> run_before(const Scheduler::State& s, const DagState& dag, Instant date);

/// The successful run with the latest logical date before this run's, as things stand in this step.
std::optional<RunRow> success_before(const Scheduler::State& s, const DagState& dag,
                                     const RunRow& row);

/// The run of this DAG with this logical date, whatever its state.
std::optional<RunRow> run_at(const Scheduler::State& s, const DagState& dag, Instant date);
/// The states of all instances of a task there; `none` where they are not made yet. nullopt: the
/// run's version has no such task.
std::optional<std::vector<TaskState>> states_of(const Scheduler::State& s, const RunRow& run,
                                                std::string_view task_id);

/// What holds this instance back; nullopt: nothing. No run before passes, and so does one whose
/// version has no such task or no such map index.
std::optional<PastBlock> past_block(const Scheduler::State& s, const ActiveRun& run,
                                    const Instance& instance);

}  // namespace weft
