#pragma once

// The types of tasks that wait: for a time, another task, a run, a person, an asset, a file. All
// but the last need no worker.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "proto/wire/vocabulary.h"
#include "server/core/expression/expression.h"

namespace weft {

struct Param {
  std::string name;
  nlohmann::json schema;         ///< JSON Schema without the default
  nlohmann::json default_value;  ///< null when it has none
  bool has_default = false;
};

/// sensor.time
struct SensorTime {
  Template until;
};

/// sensor.task: of the run of `dag_id` (its own) with `logical_date` (its own).
struct SensorTask {
  Template dag_id, logical_date;  ///< constant and empty: its own
  Template task_id;               ///< constant and empty: the whole run
  std::vector<TaskState> allowed_states = {TaskState::success};
  std::vector<TaskState> failed_states;
};

/// trigger_dag
struct TriggerDag {
  Template dag_id, logical_date;  ///< logical_date constant and empty: null
  nlohmann::json conf;            ///< object or null
  /// The strings in conf that are templates.
  std::vector<std::pair<nlohmann::json::json_pointer, Template>> conf_templates;
  bool wait = false;
  std::vector<RunState> allowed_states = {RunState::success};
};

/// approval
struct Approval {
  Template subject, body;
  std::vector<std::string> options = {"Approve", "Reject"};
  std::vector<Param> params;  ///< the form
  std::vector<std::string> assigned_to;
  Duration timeout{};  ///< 0: none
};

/// sensor.file: what matches `path` is there, and no longer being written.
struct SensorFile {
  Template path;              ///< may be a glob; from the task's cwd when relative
  Duration stable_for{};      ///< nothing that matches has changed for so long
  std::int64_t min_size = 0;  ///< bytes, of each file that matches
};

/// sensor.asset: an event of the asset, which is among the task's inlets.
struct SensorAsset {
  std::string uri;
  Template partition_key;  ///< constant and empty: of any
  /// Not older than this. Constant and empty: than the start of its run's data interval, or of any
  /// age when there is a partition_key.
  Template since;
};

using WaitingFor = std::variant<std::monostate, SensorTime, SensorTask, TriggerDag, Approval,
                                SensorFile, SensorAsset>;

/// Calls `use` with each template of it.
template <class Use>
void for_each_template(const WaitingFor& what, Use use) {
  if (const auto* time = std::get_if<SensorTime>(&what)) use(time->until);
  if (const auto* task = std::get_if<SensorTask>(&what))
    for (const Template* one : {&task->dag_id, &task->logical_date, &task->task_id}) use(*one);
  if (const auto* trigger = std::get_if<TriggerDag>(&what)) {
    for (const Template* one : {&trigger->dag_id, &trigger->logical_date}) use(*one);
    for (const auto& [place, one] : trigger->conf_templates) use(one);
  }
  if (const auto* approval = std::get_if<Approval>(&what))
    for (const Template* one : {&approval->subject, &approval->body}) use(*one);
  if (const auto* file = std::get_if<SensorFile>(&what)) use(file->path);
  if (const auto* asset = std::get_if<SensorAsset>(&what))
    for (const Template* one : {&asset->partition_key, &asset->since}) use(*one);
}

/// What an option is called that stops what comes after.
inline constexpr std::string_view rejecting_option = "Reject";

}  // namespace weft
