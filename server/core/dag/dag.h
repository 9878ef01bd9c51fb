#pragma once

// A DAG version: validated, compiled to arrays, immutable, shared by threads through
// shared_ptr<const Dag>. server/core/dag/ is file → this; a newcomer starts here, then parse.h.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/instant.h"
#include "server/core/dag/assets.h"
#include "server/core/dag/waiting.h"
#include "server/core/expression/expression.h"
#include "server/core/time/timetable.h"

namespace weft {

enum class TaskType : std::uint8_t {
  shell,
  exec,
  noop,
  branch,
  sensor_time,
  sensor_task,
  trigger_dag,
  approval,
  sensor_file,
  sensor_asset,
};
/// A sensor that a worker looks for, again and again: each look is an attempt, and they make one
/// try. Between them it is up_for_reschedule and holds nothing.
constexpr bool is_poked(TaskType type) {
  return type == TaskType::sensor_file;
}
/// Of the others the scheduler finishes each itself.
constexpr bool needs_worker(TaskType type) {
  return type == TaskType::shell || type == TaskType::exec || is_poked(type);
}
constexpr bool is_sensor(TaskType type) {
  return type == TaskType::sensor_time || type == TaskType::sensor_task ||
         type == TaskType::sensor_asset || is_poked(type);
}

/// "shell", "exec", … : the `operator` of the API.
std::string_view name_of(TaskType);

/// The table of these is in scheduler/trigger_rule.h.
enum class TriggerRule : std::uint8_t {
  all_success,
  all_failed,
  all_done,
  all_done_min_one_success,
  one_success,
  one_failed,
  one_done,
  none_failed,
  none_failed_min_one_success,
  none_skipped,
  all_skipped,
  always,
};
std::string_view name_of(TriggerRule);
std::optional<TriggerRule> trigger_rule_from(std::string_view name);

enum class WeightRule : std::uint8_t { downstream, upstream, absolute };
std::string_view name_of(WeightRule);

enum class Catchup : std::uint8_t { none, latest, all };
enum class OnOverlap : std::uint8_t { queue, skip, cancel_running };
enum class RunFailsOn : std::uint8_t { leaf, any };
enum class LogicalDate : std::uint8_t { interval_end, interval_start };
/// What becomes of a lost attempt (worker-protocol): a new one at once, or wait for the runner's
/// report or a person.
enum class OnLost : std::uint8_t { retry, wait };
/// What follows when nobody took an instance within its queued_timeout.
enum class OnQueuedTimeout : std::uint8_t { alert, fail };

/// scheduling.md, Retries.
struct RetryPolicy {
  int retries = 0;
  Duration delay = std::chrono::minutes(5);
  double exponential_backoff = 1;
  Duration max_delay = std::chrono::hours(24);
  double jitter = 0;                     ///< fraction of the delay, >= 0
  std::vector<int> retry_on_exit_codes;  ///< empty: any
  std::vector<int> fail_on_exit_codes;
};

/// One case of a branch: the first whose `when` is true names the tasks that go on.
struct BranchCase {
  Expression when;
  std::vector<TaskIndex> next;
};

struct EnvEntry {
  std::string name;
  Template value;
};

/// A variable or a connection that a task's texts read. Its value is nowhere in the DAG.
struct StoredName {
  enum class Kind : std::uint8_t { variable, connection };
  Kind kind = Kind::variable;
  std::string name;
  friend auto operator<=>(const StoredName&, const StoredName&) = default;
};

/// One key of `expand` or `expand_zip`.
struct MapKey {
  std::string name;
  nlohmann::json literal;         ///< a list, unless `value` is there
  std::optional<Template> value;  ///< one whole {{ }} that gives a list
};

/// What a task, or a group of tasks, runs once per element of.
struct Mapping {
  bool zip = false;
  std::vector<MapKey> keys;  ///< in the file's order: of a product, the last varies fastest
  int max_length = 1024;
  std::vector<TaskIndex> output_references;  ///< whose outputs it reads
};

/// An entry of `task_groups`.
struct TaskGroup {
  std::string id;
  std::string tooltip;
  int retries = 0;
  std::shared_ptr<const Mapping> mapping;  ///< null: not mapped
  std::vector<TaskIndex> tasks;            ///< ascending
};

/// Everything a run needs of one task. All indexes are into Dag::tasks.
struct Task {
  TaskIndex index;
  std::string id;
  std::string display_name;  ///< the id unless given
  std::string doc_md;
  TaskType type = TaskType::shell;

  std::vector<TaskIndex> upstream;    ///< direct, without doubles, ascending
  std::vector<TaskIndex> downstream;  ///< direct, ascending
  TriggerRule trigger_rule = TriggerRule::all_success;
  std::optional<Expression> when;
  /// The task's own; null: not mapped, or its group is (Dag::mapping_of).
  std::shared_ptr<const Mapping> mapping;
  std::int32_t group = -1;  ///< of Dag::groups; -1: none

  bool teardown = false;
  bool on_failure_fail_dagrun = false;  ///< of a teardown
  std::vector<TaskIndex> setups;        ///< of a teardown: direct upstreams, ascending
  /// Of a teardown: tasks between its setups and it that are no direct upstreams; it waits for
  /// them too. `torn_down_by` is the same seen from there.
  std::vector<TaskIndex> between;
  std::vector<TaskIndex> torn_down_by;
  /// Its failure fails the run: a leaf, or any task by run_fails_on; a teardown only if it says so.
  bool fails_run = true;

  RetryPolicy retry;
  int skip_exit_code = 99;       ///< -1: none
  Duration execution_timeout{};  ///< 0: none
  Duration queued_timeout{};     ///< 0: none
  OnQueuedTimeout on_queued_timeout = OnQueuedTimeout::alert;
  Duration kill_grace = std::chrono::seconds(10);
  OnLost on_lost = OnLost::retry;
  int max_infrastructure_retries = 3;  ///< losses beyond it count as failures

  /// shell: {text}; exec: the argument list. Empty for noop and branch.
  std::vector<Template> command;
  std::vector<std::string> shell;  ///< for TaskType::shell, e.g. {"bash","-ec"}
  std::vector<EnvEntry> env;       ///< DAG's merged beneath the task's, sorted by name
  Template cwd;                    ///< relative to the bundle's root; "" = the root

  std::vector<BranchCase> cases;  ///< TaskType::branch
  std::vector<TaskIndex> branch_default;
  WaitingFor waiting_for;                             ///< of the types that wait
  Duration poke_interval = std::chrono::seconds(60);  ///< from a poke's end to the next
  bool exponential_backoff = false;                   ///< of poke_interval
  /// Of sensors, from the first poke; then it is failed for good, or skipped by soft_fail.
  Duration timeout = std::chrono::hours(24 * 7);
  bool soft_fail = false;

  std::string queue = "default";
  std::string pool = "default_pool";
  int pool_slots = 1;
  int priority_weight = 1;
  WeightRule weight_rule = WeightRule::downstream;
  /// From weight_rule over the graph (scheduling.md, "What runs first"), computed at load.
  std::int64_t effective_weight = 1;
  int max_active_tis_per_dag = 0;  ///< 0: no limit
  int max_active_tis_per_dagrun = 0;
  /// At most `concurrency_limit` instances with the same rendered key have a worker, anywhere.
  std::optional<Template> concurrency_key;
  int concurrency_limit = 1;
  /// The same task in the run before must have succeeded or been skipped; wait_for_downstream:
  /// its direct downstreams there too (and it implies depends_on_past).
  bool depends_on_past = false;
  bool wait_for_downstream = false;

  /// What it reads and what it makes: positions in Dag::assets.
  std::vector<AssetIndex> inlets, outlets;

  /// The tasks whose outputs its templates, `when`, cases and key read. All are upstream.
  std::vector<TaskIndex> output_references;
  /// The variables and connections that they read: sorted, without doubles.
  std::vector<StoredName> stored_names;
  nlohmann::json source;  ///< the task's own merged JSON, for the API
};

struct Dag {
  std::string id;
  std::string display_name, description, doc_md, owner, runbook_url;
  std::vector<std::string> tags;

  ScheduleSpec schedule;
  std::shared_ptr<const Timetable> timetable;  ///< null when schedule.empty(), @once, @continuous
  /// Events of these make runs too; `schedule` and its cursor know nothing of it.
  std::optional<AssetCondition> asset_schedule;
  std::vector<AssetSpec> assets;  ///< all that the DAG names, one per uri
  LogicalDate logical_date = LogicalDate::interval_end;
  std::optional<Instant> start_date, end_date;  ///< bound interval starts / ends
  Catchup catchup = Catchup::latest;
  std::optional<int> catchup_limit;
  bool is_paused_upon_creation = false;
  int max_active_runs = 16;
  int max_active_tasks = 16;
  OnOverlap on_overlap = OnOverlap::queue;
  int max_consecutive_failed_dag_runs = 0;
  Duration dagrun_timeout{};  ///< 0: none
  bool fail_fast = false;
  RunFailsOn run_fails_on = RunFailsOn::leaf;

  std::vector<Param> params;
  std::vector<TaskGroup> groups;
  std::vector<Task> tasks;  ///< in a topological order; ties as in the file
  std::unordered_map<std::string, TaskIndex> task_by_id;

  std::string canonical;  ///< canonical JSON after all merges
  std::string hash;       ///< SHA-256 of `canonical`, 64 hex digits
  std::string source;     ///< the file's text as it was

  const Task& task(TaskIndex i) const { return tasks[static_cast<std::size_t>(i.value)]; }
  const Task* find_task(std::string_view id) const;
  const AssetSpec& asset(AssetIndex i) const { return assets[static_cast<std::size_t>(i.value)]; }
  /// What the task is mapped over, by itself or with its group; null: nothing.
  const Mapping* mapping_of(const Task& task) const;
  /// True if both belong to one mapped group: instance i of one sees instance i of the other.
  bool in_lanes(const Task& a, const Task& b) const;
};

/// Checks a trigger's conf against the params and fills in the defaults: {name: value} of all
/// params. Keys of conf that are no param stay in. Errors: unprocessable naming the param.
Result<nlohmann::json> resolve_params(const Dag& dag, const nlohmann::json& conf);
Result<nlohmann::json> resolve_params(const std::vector<Param>& params, const nlohmann::json& conf);

}  // namespace weft
