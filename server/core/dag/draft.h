#pragma once

// What the readers hand on while a file becomes a Dag: the values, and where each came from.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/core/dag/json_tree.h"
#include "server/core/dag/value_reader.h"

namespace weft {

struct EnvDraft {
  JsonRef at;
  Template value;
};
using EnvDrafts = std::map<std::string, EnvDraft>;

/// `expand` or `expand_zip` of a task or a group.
struct MappingDraft {
  JsonRef at;  ///< empty: not mapped
  Mapping mapping;
  std::vector<JsonRef> places;  ///< one per key
};

struct CaseDraft {
  JsonRef when_at;
  Expression when;
  std::vector<JsonRef> next;
};

/// One mention of an asset.
struct AssetDraft {
  JsonRef at;
  AssetSpec spec;
};

/// A task in the order of the file. default_args make one too, from which each task starts.
struct TaskDraft {
  Task task;  ///< without index, edges, env and cases
  JsonRef object;
  JsonRef id_at, type_at, command_at, with_at, when_at, cwd_at, key_at;
  JsonRef group_at, trigger_rule_at, fail_dagrun_at;
  MappingDraft mapping;
  std::vector<JsonRef> depends_on;
  std::vector<JsonRef> teardown_of;
  EnvDrafts env;
  std::vector<JsonRef> command_parts;   ///< one place per Task::command
  std::string command_text, body_text;  ///< the inlined text of {"file"} or {"lines"}
  std::vector<CaseDraft> cases;
  std::vector<std::pair<JsonRef, Template>> with_parts;  ///< the templates of WaitingFor
  std::vector<JsonRef> branch_default;
  std::vector<std::int32_t> setups;  ///< positions in the file
  std::vector<AssetDraft> inlets, outlets;
};

/// An entry of `task_groups`.
struct GroupDraft {
  TaskGroup group;
  JsonRef at;
  std::vector<JsonRef> depends_on;
  MappingDraft mapping;
  std::vector<std::int32_t> members;        ///< positions in the file
  std::vector<std::int32_t> roots, leaves;  ///< of these: the first ones and the last
};

struct DagDraft {
  Dag dag;
  bool is_stored = false;  ///< ParseInput::is_stored
  JsonRef object;
  JsonRef schedule_at, anchor_at, timezone_at, start_at, end_at, catchup_at, calendar_at;
  nlohmann::json calendar;  ///< with its files inlined; null: none
  std::vector<std::unique_ptr<JsonTree>> calendar_files;
  std::vector<JsonRef> cron_places;
  JsonRef assets_at;  ///< the tree of an asset schedule; empty: none
  EnvDrafts env;
  std::vector<std::string> shell = {"bash", "-ec"};
  std::vector<JsonRef> params;
  TaskDraft defaults;
  std::vector<GroupDraft> groups;
  std::vector<TaskDraft> tasks;
};

/// A key that a reader knows. read == nullptr: a key of the format that this version does not
/// support.
struct TaskKey {
  std::string_view name;
  void (*read)(ValueReader&, TaskDraft&, JsonRef) = nullptr;
  bool in_default_args = true;
};
struct DagFileKey {
  std::string_view name;
  void (*read)(ValueReader&, DagDraft&, JsonRef) = nullptr;
  bool in_defaults_file = true;
};

/// nullptr for unknown names. Static storage.
const TaskKey* find_task_key(std::string_view name);
const DagFileKey* find_dag_key(std::string_view name);
/// What this version supports: for suggestions, and the test that the schema lists the same.
const std::vector<std::string_view>& task_key_names();
const std::vector<std::string_view>& dag_key_names();

/// Names → templates; later calls lay over what is there.
void read_env(ValueReader& reader, EnvDrafts& env, JsonRef at);
void read_shell(ValueReader& reader, std::vector<std::string>& shell, JsonRef at);
void read_params(ValueReader& reader, DagDraft& draft, JsonRef at);
void read_calendar(ValueReader& reader, DagDraft& draft, JsonRef at);
/// Once the timetable is there.
void settle_calendar(ValueReader& reader, const DagDraft& draft);
/// `places`: where each came from, or null.
void read_params(ValueReader& reader, std::vector<Param>& params, std::vector<JsonRef>* places,
                 JsonRef at);
void read_schedule(ValueReader& reader, DagDraft& draft, JsonRef at);
/// "uri" or {uri, name, group, extra}; nullopt: it was reported.
std::optional<AssetSpec> read_asset(ValueReader& reader, JsonRef at);
/// Of these, in a list.
void read_inlets(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_outlets(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_groups(ValueReader& reader, DagDraft& draft, JsonRef at);
void read_task_ids(ValueReader& reader, std::vector<JsonRef>& ids, JsonRef at);
void read_dag_defaults(ValueReader& reader, DagDraft& draft, JsonRef at);
/// concurrency_key and concurrency_limit; queued_timeout's action; what a loss may cost.
void read_concurrency_key(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_concurrency_limit(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_on_queued_timeout(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_max_infrastructure_retries(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_depends_on_past(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_wait_for_downstream(ValueReader& reader, TaskDraft& draft, JsonRef at);
/// `with` of the types that wait; a sensor's own keys.
void read_waiting(ValueReader& reader, TaskDraft& draft);
void read_sensor_timeout(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_soft_fail(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_poke_interval(ValueReader& reader, TaskDraft& draft, JsonRef at);
void read_exponential_backoff(ValueReader& reader, TaskDraft& draft, JsonRef at);
/// What the limits' keys must be to each other, once all keys and the type are read.
void check_limits(ValueReader& reader, TaskDraft& draft);
/// Takes out of a task's merged JSON what default_args say and means nothing to it: as its own
/// key it would be a mistake.
void drop_idle_keys(const Task& task, nlohmann::json& source);
/// type, command and with, once all keys are read.
void settle_type(ValueReader& reader, TaskDraft& draft);
/// Gives the DAG its list of assets, the tasks and the schedule their places in it.
void settle_assets(ValueReader& reader, DagDraft& draft);
/// Checks zone, dates and expressions, and compiles the timetable.
void settle_schedule(ValueReader& reader, DagDraft& draft);
/// expand or expand_zip: lists by key. Reports a second one.
void read_mapping(ValueReader& reader, MappingDraft& draft, JsonRef at, bool zip);
void read_max_map_length(ValueReader& reader, MappingDraft& draft, JsonRef at);
/// The list of one-key objects that means the same: an object's keys lose their order in canonical
/// JSON, and the order of `expand` counts.
nlohmann::json ordered_expand(JsonRef expand);

}  // namespace weft
