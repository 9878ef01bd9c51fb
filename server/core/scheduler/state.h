#pragma once

// What the scheduler holds: what is active, nothing of the past.

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "server/core/scheduler/admission.h"
#include "server/core/scheduler/assets.h"
#include "server/core/scheduler/attempts.h"
#include "server/core/scheduler/graph.h"
#include "server/core/scheduler/job.h"
#include "server/core/scheduler/scheduler.h"
#include "server/core/scheduler/timers.h"
#include "server/core/scheduler/wait_lists.h"
#include "server/core/scheduler/work_queue.h"

namespace weft {

/// Why a run is being ended: a person marked all of it.
inline constexpr const char* marked_success = "marked success";
inline constexpr const char* marked_failed = "marked failed";

/// A task instance of an active run.
struct Instance {
  InstanceRow row;
  InstanceIndex index;  ///< where it stands among the run's instances
  TaskIndex task;
  bool dirty = false;  ///< its row is to be written at the end of this step
};

/// A run that is not over, or of which an attempt is not over.
struct ActiveRun {
  RunRow row;
  std::shared_ptr<const RunFacts> facts;
  std::unique_ptr<RunGraph> graph;  ///< from its start on
  /// By InstanceIndex; shorter while being made. A deque: references stay good when it grows.
  std::deque<Instance> instances;
  std::map<InstanceIndex, std::shared_ptr<const nlohmann::json>> outputs;
  std::map<std::string, MappingRow> mappings;  ///< by owner: a task's or a group's id
  std::set<std::string> growing;               ///< owners of which instances are to be made
  /// Of a branch that has decided: its direct downstreams that shall not run.
  std::map<InstanceIndex, std::vector<TaskIndex>> left_out;
  std::int32_t unsettled = 0;       ///< instances not terminal
  std::int32_t failed = 0;          ///< failed or upstream_failed
  std::int32_t failed_of_note = 0;  ///< of these: they fail the run
  /// A backfill left tasks out: what is a leaf among the others fails it.
  bool is_partial = false;
  std::int32_t live_attempts = 0;
  /// Why it is being ended before its tasks were done ("cancelled", "fail_fast", "timed out").
  std::string ending;
  InstanceIndex swept{0};        ///< while ending: what stands before it has been ended
  InstanceIndex left_out_to{0};  ///< while made: what its backfill leaves out is removed before it
  /// A job stands in the middle of it: it doesn't end, nothing in it begins, and it stays in memory
  /// until the job has left.
  bool held = false;
  std::int32_t timeout = 0;  ///< the timer of dagrun_timeout that counts
  bool dirty = false;

  const Dag& dag() const { return *facts->dag; }
  bool has(InstanceIndex index) const {
    return static_cast<std::size_t>(index.value) < instances.size();
  }
  Instance& instance(InstanceIndex index) {
    return instances[static_cast<std::size_t>(index.value)];
  }
  const Instance& instance(InstanceIndex index) const {
    return instances[static_cast<std::size_t>(index.value)];
  }
  const Task& task_of(const Instance& instance) const { return dag().task(instance.task); }
  /// Is a failure of this task one of the run?
  bool is_of_note(const Task& task) const;
  /// Shall it no longer begin, since the run is being ended? A teardown still does, unless the run
  /// was marked by a person.
  bool has_ended_for(const Task& task) const {
    if (ending.empty()) return false;
    return !task.teardown || ending == marked_success || ending == marked_failed;
  }
  /// The instance of that task and map index; null when there is none (yet).
  const Instance* find_instance(TaskIndex task, int map_index) const;
};

/// Counts anew what fails the run.
void count_failures(ActiveRun& run);

/// Why a task of the run's version is `removed` from the run.
inline constexpr const char* left_out_by_backfill = "left out by its backfill";
inline constexpr const char* waits_for_upstreams = "waits for its upstreams again";

/// The order in which queued runs of a DAG start: normal before backfill, then by date.
struct QueuedRun {
  bool backfill = false;
  Instant date{};
  RunId run;
  auto operator<=>(const QueuedRun&) const = default;
};

struct DagState {
  DagRow row;
  std::shared_ptr<const Dag> spec;  ///< the current version
  std::set<QueuedRun> queued;
  std::set<std::pair<Instant, RunId>> waiting;  ///< queued, but run_after is in the future
  std::set<RunId> running;
  std::unordered_map<std::string, RunId> by_run_id;  ///< of State::runs
  std::map<Instant, RunId> by_logical_date;          ///< of State::runs
  int scheduled_queued = 0;                          ///< of the queued: made by the timetable
  std::optional<Instant> armed;                      ///< the tick that a timer waits for
  AssetQueue assets;
  bool dirty = false;
};

/// A backfill that is not over. Its runs start here, under its own limit, not among the DAG's.
struct BackfillState {
  BackfillRow row;
  std::shared_ptr<const Dag> spec;  ///< of row.version
  std::set<QueuedRun> queued;       ///< cleared ones that wait for their turn
  std::set<RunId> running;
};

using FileKey = std::pair<std::string, std::string>;  ///< bundle, path

struct Scheduler::State {
  State(SchedulerConfig c, const History& h)
      : config(c), history(h), admission(c.starvation_after) {}

  SchedulerConfig config;
  const History& history;
  HighestIds ids;
  std::unordered_map<DagKey, DagState> dags;
  std::unordered_map<std::string, DagKey> dag_by_id;
  std::map<FileKey, DagKey> dag_by_file;
  std::map<FileKey, ImportErrorRow> import_errors;
  std::unordered_map<RunId, std::unique_ptr<ActiveRun>> runs;
  std::map<AssetId, AssetState> assets;
  std::unordered_map<std::string, AssetId> asset_by_uri;
  Attempts attempts;
  Admission admission;
  Timers timers;
  WaitLists waits;  ///< for what happens in other runs
  std::map<BackfillId, BackfillState> backfills;
  std::map<std::string, PoolRow> pools;
  std::map<std::string, WorkerRow> workers;  ///< by name
  std::unordered_map<WorkerId, std::string> worker_names;
  WorkQueue work;
  std::vector<RunId> retiring;  ///< runs that leave memory at the end of this step
  std::map<JobId, Job> jobs;    ///< not done
  JobId last_job;               ///< had the latest turn
  bool jobs_first = false;      ///< in the next step that goes on with what was left
  std::set<RunId> deleting;     ///< by a job: not to be found any more
  std::int32_t run_timers = 0;  ///< dagrun_timeouts armed so far
  bool more_grants = false;     ///< the last step granted as many as it may
  bool stopping = false;
  Instant last_wall{};  ///< the time of the last step, to notice a clock that is set back

  DagState* find_dag(std::string_view dag_id) {
    auto it = dag_by_id.find(std::string(dag_id));
    return it == dag_by_id.end() ? nullptr : &dags.at(it->second);
  }
  const DagState* find_dag(std::string_view dag_id) const {
    return const_cast<State*>(this)->find_dag(dag_id);
  }
  ActiveRun* find_run(RunId id) {
    auto it = runs.find(id);
    return it == runs.end() ? nullptr : it->second.get();
  }
  const ActiveRun* find_run(RunId id) const { return const_cast<State*>(this)->find_run(id); }
  BackfillState* find_backfill(BackfillId id) {
    auto it = backfills.find(id);
    return it == backfills.end() ? nullptr : &it->second;
  }
  const BackfillState* find_backfill(BackfillId id) const {
    return const_cast<State*>(this)->find_backfill(id);
  }
  WorkerRow* find_worker(WorkerId id) {
    auto it = worker_names.find(id);
    return it == worker_names.end() ? nullptr : &workers.at(it->second);
  }
  const WorkerRow* find_worker(WorkerId id) const {
    auto it = worker_names.find(id);
    return it == worker_names.end() ? nullptr : &workers.at(it->second);
  }
};

}  // namespace weft
