#pragma once

// What a person's edit is about: which task instances of which runs, and what becomes of them.
// Pure, and the same for an edit and for its dry run.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"
#include "proto/wire/vocabulary.h"
#include "server/core/dag/dag.h"

namespace weft {

/// A task, or one instance of a mapped one.
struct TaskRef {
  std::string task_id;
  std::optional<std::int32_t> map_index;  ///< nullopt: all of its instances
};

/// Task instances of a DAG's runs.
struct TaskSelection {
  std::string dag_id;
  std::string run_id;               ///< "": of all runs, or of those within the dates
  std::optional<Instant> from, to;  ///< logical dates, both inclusive; runs without one stay out
  bool past = false;                ///< with a run id: also of the runs before it by logical date
  bool future = false;              ///< … after it
  std::vector<TaskRef> tasks;       ///< empty: all
  bool upstream = false;            ///< and all that lead to these
  bool downstream = false;          ///< and all that these lead to
  bool only_failed = false;         ///< of these the failed and upstream_failed
  bool only_running = false;        ///< … the running; with only_failed: either
};

/// What becomes of the selected instances.
enum class EditAction : std::uint8_t {
  clear = 0,
  mark_success = 1,
  mark_failed = 2,
  mark_skipped = 3,
};
std::string_view name_of(EditAction action);
/// The state that a mark sets; `none` for a clear.
TaskState target_of(EditAction action);

/// Which tasks of one DAG version a selection names, and which of their instances an edit changes.
class InstanceFilter {
 public:
  InstanceFilter(const Dag& dag, const TaskSelection& what, EditAction action);

  /// Is the instance selected, and would the edit change it?
  bool changes(TaskIndex task, std::int32_t map_index, TaskState state) const;
  /// Is it or an instance of it selected, or does it come after one that is?
  bool is_affected(TaskIndex task) const { return affected_[static_cast<std::size_t>(task.value)]; }
  bool names(TaskIndex task, std::int32_t map_index) const;

 private:
  void add_upstream(const Dag& dag);
  void add_downstream(const Dag& dag);

  EditAction action_;
  bool only_failed_, only_running_;
  std::vector<bool> whole_;                             ///< by task: all its instances
  std::map<std::int32_t, std::set<std::int32_t>> one_;  ///< by task: of these map indices
  std::vector<bool> affected_;                          ///< by task
};

/// An edit as a job keeps it.
struct Edit {
  TaskSelection what;
  EditAction action = EditAction::clear;
  bool reset_runs = true;       ///< clear: runs that are over go back to queued
  bool latest_version = false;  ///< clear: they move to the DAG's current version
  bool only_these = false;  ///< … of whose tasks those that are not selected stay out of the run
};
nlohmann::json to_json(const Edit& edit);
Edit edit_from_json(const nlohmann::json& json);

}  // namespace weft
