#pragma once

// Everything that may come of a command, in one list. The storage writes the rows in one
// transaction; the effects leave only after its commit. A row change carries the whole row, so a
// writer needs no knowledge of what happened and a replay is an upsert.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/instant.h"
#include "base/sum.h"
#include "proto/wire/vocabulary.h"
#include "server/core/dag/dag.h"
#include "server/core/scheduler/asset_rows.h"
#include "server/core/scheduler/record.h"

namespace weft {

/// A DAG as the files and its operators left it. Table `dag`.
struct DagRow {
  DagKey key;
  std::string dag_id;
  std::string bundle;
  std::string path;  ///< relative to the bundle's root
  bool is_paused = false;
  bool is_stale = false;           ///< its file is gone
  bool has_import_errors = false;  ///< its newest text is quarantined
  VersionId current_version;
  /// The last tick that was turned into a run or dropped on purpose: ticks up to here never come
  /// again, whatever is edited. Null before the first.
  std::optional<Instant> cursor;
  bool once_done = false;  ///< "@once" has had its run
  std::int64_t version_count = 0;
  std::int32_t consecutive_failures = 0;  ///< runs that failed in a row, the newest included
  Instant last_parsed{};
};

/// Table `dag_version`; never changed, never deleted while a run names it.
struct VersionRow {
  VersionId id;
  DagKey dag;
  std::int64_t number = 0;  ///< 1, 2, … per DAG
  Instant created_at{};
  std::shared_ptr<const Dag> spec;  ///< stored as hash, canonical, source
};

struct RunRow {
  RunId id;
  DagKey dag;
  VersionId version;
  std::string run_id;  ///< public, unique per DAG
  RunType type = RunType::manual;
  TriggeredBy triggered_by = TriggeredBy::rest_api;
  RunState state = RunState::queued;
  std::optional<Instant> logical_date;  ///< unique per DAG when not null
  std::optional<DataInterval> data_interval;
  Instant run_after{};
  Instant queued_at{};
  std::optional<Instant> started_at, ended_at;
  nlohmann::json conf;    ///< object or null, as the caller gave it
  nlohmann::json params;  ///< conf over the defaults: what tasks see
  std::string note;
  std::string reason;  ///< why it ended as it did when its tasks don't say: "cancelled" …
  std::string actor;   ///< who asked for it; "" = the timetable
  std::int32_t failed_tasks = 0;  ///< instances failed or upstream_failed; set when it ends
  bool materialized = false;      ///< its instances exist
  BackfillId backfill;            ///< that made it, or the last one that ran it again; 0: none
  std::string partition_key;      ///< of the events that made it, or as its caller said
  /// Made by a trigger_dag task: the DAGs from the first that triggered down to that task's own.
  std::vector<std::string> triggered_through;
};

/// What a backfill does with a run that is there already.
enum class ReprocessBehavior : std::uint8_t {
  none = 0,       ///< leaves it alone
  failed = 1,     ///< runs it again if it failed
  completed = 2,  ///< runs it again if it is over
};

/// A backfill: the runs of one DAG between two dates. Table `backfill`.
struct BackfillRow {
  BackfillId id;
  DagKey dag;
  VersionId version;               ///< current at its creation; its runs' unless it says latest
  Instant from_date{}, to_date{};  ///< of logical dates, inclusive
  std::int32_t max_active_runs = 10;
  bool run_backwards = false;
  ReprocessBehavior reprocess = ReprocessBehavior::none;
  bool run_on_latest_version = false;
  nlohmann::json conf;  ///< object or null
  bool is_paused = false;
  std::string actor;
  Instant created_at{};  ///< ticks behind it are not its own
  Instant updated_at{};
  std::optional<Instant> completed_at;
  bool is_cancelled = false;
  std::optional<Instant> position;    ///< the last tick that was dealt with
  std::int64_t total = 0;             ///< its ticks, counted at its creation
  std::int64_t handled = 0;           ///< of those: dealt with
  std::int64_t left_alone = 0;        ///< of those: had a run that it did not touch
  std::string reason;                 ///< why it paused itself
  std::vector<std::string> task_ids;  ///< only these of its runs' tasks; empty: all
  bool include_downstream = false;    ///< and all that they lead to
};

struct InstanceRow {
  InstanceId id;
  RunId run;
  std::string task_id;
  std::int32_t map_index = -1;
  TaskState state = TaskState::none;
  std::int32_t try_number = 0;  ///< of the latest attempt; 0 before the first
  std::int32_t failures = 0;    ///< failed tries since the last clear
  std::int32_t losses =
      0;  ///< infrastructure losses since the last clear, or a poke that was whole
  std::int32_t group_retries = 0;  ///< times that its whole group was run again
  std::int32_t pokes = 0;          ///< of a sensor: attempts of this try that found nothing
  AttemptId attempt;               ///< the latest
  std::optional<Instant> scheduled_at, queued_at, started_at, ended_at;
  std::optional<Instant> retry_at;  ///< up_for_retry, up_for_reschedule: when
  std::string reason;               ///< why it is in its state, when the state doesn't say
  std::string note;
  Instant updated_at{};
  std::string concurrency_key;  ///< as rendered when its trigger rule said run; "": none
};

/// What a task (or a group) of a run is mapped over: the lists of its `expand`, evaluated. Table
/// `mapping`, keyed by (run, owner).
struct MappingRow {
  RunId run;
  std::string owner;  ///< the task's id, or the group's
  /// Of the map: its instances have map_index 0 … length - 1. 0: there is no such row any more.
  std::int32_t length = 0;
  /// {"zip": bool, "keys": [[name, [values …]], …]}
  std::shared_ptr<const nlohmann::json> lists;
};

struct AttemptRow {
  AttemptId id;
  InstanceId instance;
  RunId run;
  std::int32_t try_number = 1;
  AttemptState state = AttemptState::queued;
  WorkerId worker;
  std::string session;
  Instant queued_at{};
  std::optional<Instant> started_at, ended_at;
  std::int32_t exit_code = -1;
  std::int32_t signal = 0;
  std::int32_t pid = 0;
  std::int64_t cpu_us = 0, max_rss_kb = 0, log_bytes = 0;
  std::string error;  ///< why it failed, in words
};

/// What a task wrote to $WEFT_OUTPUT in its successful attempt, replacing what was there.
struct OutputsWritten {
  InstanceId instance;
  RunId run;
  AttemptId attempt;
  Instant at{};
  std::shared_ptr<const nlohmann::json> values;  ///< object; null clears
};

/// One output that a person wrote; the others stay as they are.
struct OutputRow {
  InstanceId instance;
  RunId run;
  AttemptId attempt;
  std::string key;
  Instant at{};
  std::shared_ptr<const nlohmann::json> value;
};
struct OutputDeleted {
  InstanceId instance;
  std::string key;
};

/// What an approval asks. Table `approval`; asked again (a retry, a clear), it replaces the answer.
struct ApprovalRow {
  InstanceId instance;
  RunId run;
  std::string subject, body;
  std::vector<std::string> options;
  nlohmann::json params;  ///< {name: {schema, value}}: the form
  std::vector<std::string> assigned_to;
  Instant created_at{};
  std::optional<Instant> expires_at;
};
struct ApprovalAnswered {
  InstanceId instance;
  Instant at{};
  std::string actor;
  std::vector<std::string> chosen_options;
  nlohmann::json params_input;
};

/// Table `event`: each transition in order; replaying them gives the tables' states.
struct EventRow {
  enum class Kind : std::uint8_t {
    run_state = 0,      ///< from, to: RunState
    task_state = 1,     ///< from, to: TaskState
    attempt_state = 2,  ///< from, to: AttemptState
    dag_paused = 3,
    dag_unpaused = 4,
    ticks_dropped = 5,  ///< detail {from, to, count}
    worker_registered = 6,
    worker_unreachable = 7,
    worker_lost = 8,
    internal_error = 9,   ///< e.g. a run that could not move: detail says
    queued_timeout = 10,  ///< an instance waited in `scheduled` for longer than it may
    asset_problem = 40,   ///< an event could not be read or queued: detail says
  };
  std::int64_t id = 0;
  Instant at{};
  Kind kind = Kind::run_state;
  DagKey dag;
  RunId run;
  InstanceId instance;
  AttemptId attempt;
  std::uint8_t from = 0, to = 0;
  std::string detail;
};

struct PoolRow {
  std::string name;
  std::int32_t slots = 128;  ///< -1: infinite
  bool include_deferred = false;
  std::string description;
};
struct PoolDeleted {
  std::string name;
};

struct WorkerRow {
  WorkerId id;
  std::string name, host, version, session;
  std::int32_t slots = 0;
  std::vector<std::string> queues;
  enum class State : std::uint8_t { online = 0, draining = 1, unreachable = 2, lost = 3, gone = 4 };
  State state = State::online;
  Instant registered_at{};
  Instant last_seen{};  ///< at the last state change, not at every sync
  /// A person wants it empty: it gets nothing new, also after restarts of either side.
  bool is_drained = false;
};

/// Keyed by (bundle, path).
struct ImportErrorRow {
  std::int64_t id = 0;
  std::string bundle, path;
  Instant at{};
  std::string stack_trace;  ///< the lines of `weft validate`
  std::string findings;     ///< the same with the text round them: JSON, see loader/findings.h
};
struct ImportErrorCleared {
  std::string bundle, path;
};

struct IdempotencyRow {
  std::string key;  ///< caller's key, prefixed by what it was for
  std::string request_hash;
  RunId run;  ///< what the key made: a run, or the number of a backfill or an asset's event
  Instant at{};
};

/// Table `job`: work of more than one step that goes on in slices, also after a restart.
struct JobRow {
  /// delete_run: the run, or with none those of the DAG that are old enough.
  enum class Kind : std::uint8_t { edit = 0, delete_run = 1, delete_dag = 2 };
  enum class State : std::uint8_t { running = 0, done = 1 };
  JobId id;
  Kind kind = Kind::edit;
  State state = State::running;
  DagKey dag;
  RunId run;           ///< that it is about; 0: several
  std::string action;  ///< in the audit's words: "clear", "mark_success", "delete_run" …
  std::string actor;
  nlohmann::json spec;    ///< what it does, in full
  nlohmann::json cursor;  ///< where the next slice begins
  std::int64_t runs_total = 0, runs_done = 0;
  std::int64_t changed = 0;  ///< task instances
  Instant created_at{}, updated_at{};
  std::optional<Instant> ended_at;
};

/// Something is being deleted: its ids are never given again, whatever is the highest that is left.
struct IdsRetired {
  RunId run;
  InstanceId instance;
  AttemptId attempt;
  DagKey dag;
  VersionId version;
  BackfillId backfill;
  JobId job;
};
/// With its attempts and outputs.
struct InstanceDeleted {
  InstanceId id;
};
struct RunDeleted {
  RunId id;
};
/// With its versions, backfills, jobs, and what waits for it; its runs are gone before.
struct DagDeleted {
  DagKey key;
};

/// Table `audit` (people's actions). The storage chains the rows: each hash covers the one before.
struct AuditRow {
  Instant at{};
  std::string actor, remote;  ///< who, and the address that the request came from
  std::string action, dag_id, run_id, task_id;
  std::string detail;  ///< what else there is to say; of a change: JSON {before, after}
};

// --- Effects: nothing of these is stored; they leave after the commit. ---

/// What a run's templates see, besides the task's own: made once per run, shared.
struct RunFacts {
  std::shared_ptr<const Dag> dag;
  std::string dag_id, bundle;
  RunRow run;  ///< as created: ids, dates, params
  /// The latest successful run before this one; loaded only if a template reads it.
  std::optional<RunRow> previous_success;
  /// {uri: [event …]} of the run; loaded only if a template reads it.
  std::shared_ptr<const nlohmann::json> triggering_asset_events;
};

/// dispatch renders this and hands it to the session.
struct LeaseGranted {
  WorkerId worker;
  std::string session;
  AttemptId attempt;
  /// The attempt before it that its session still holds, 0: none: wire::Lease::after.
  AttemptId after;
  std::shared_ptr<const RunFacts> facts;
  TaskIndex task;
  std::int32_t map_index = -1;
  std::int32_t try_number = 1;
  /// outputs of the tasks in Task::output_references that succeeded, by task id.
  std::shared_ptr<const nlohmann::json> outputs;
  std::shared_ptr<const nlohmann::json> map;  ///< {key: value} of a mapped instance, or null
};

/// The session shall kill it; repeated by dispatch until its result came.
struct CancelRequested {
  WorkerId worker;
  std::string session;
  AttemptId attempt;
};

/// The session is over on the server's side: waiting polls are answered, it must register anew.
struct SessionClosed {
  WorkerId worker;
  std::string session;
};

/// A record was written or deleted: what keeps a copy of such records (sign-in) takes note.
struct RecordChanged {
  std::variant<VariableRow, ConnectionRow, UserRow, TokenRow, RecordDeleted> to;
};

using Change = Sum<DagRow, VersionRow, RunRow, InstanceRow, MappingRow, AttemptRow, OutputsWritten,
                   EventRow, PoolRow, PoolDeleted, WorkerRow, ImportErrorRow, ImportErrorCleared,
                   IdempotencyRow, AuditRow, BackfillRow, JobRow, IdsRetired, InstanceDeleted,
                   RunDeleted, DagDeleted, OutputRow, OutputDeleted, AssetRow, AssetReferences,
                   AssetEventRow, AssetQueuedRow, AssetQueuedDeleted, AssetConsumedRow, ApprovalRow,
                   ApprovalAnswered, VariableRow, ConnectionRow, UserRow, TokenRow, RecordDeleted>;
using Effect = Sum<LeaseGranted, CancelRequested, SessionClosed, RecordChanged>;

/// What one step made. `rows` in the order in which they happened.
struct Changes {
  std::vector<Change> rows;
  std::vector<Effect> effects;
};

}  // namespace weft
