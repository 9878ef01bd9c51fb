#pragma once

// All that can happen to the scheduler's state, in one list. Each has a file of its own in
// commands/. A command that is refused changes nothing and answers an Error.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"
#include "base/sum.h"
#include "proto/wire/vocabulary.h"
#include "proto/wire/worker.h"
#include "server/core/dag/dag.h"
#include "server/core/scheduler/actor.h"
#include "server/core/scheduler/change.h"
#include "server/core/scheduler/edit_commands.h"

namespace weft {

/// A file's text parsed well. The same hash as the current version changes nothing but stale
/// flags. Errors: conflict when another file has the dag_id (the loader makes an import error).
struct PutDag {
  std::string bundle, path;
  std::shared_ptr<const Dag> dag;
};

/// The file (bundle, path) is gone: its DAG becomes stale (ticks stop; runs go on), its import
/// error is cleared.
struct RemoveDagFile {
  std::string bundle, path;
};

/// The file's newest text is bad: the last good version stays active.
struct PutImportError {
  std::string bundle, path, dag_id, stack_trace;
  std::string findings = "[]";  ///< as in ImportErrorRow
};

/// Errors: not_found.
struct PauseDag {
  std::string dag_id;
  bool is_paused = true;
  Actor actor;
};

/// Answers RunAnswer. Errors: not_found (no such DAG), conflict (run id or logical date taken, an
/// idempotency key in use), unprocessable (params, ids, interval).
struct TriggerRun {
  std::string dag_id;
  std::optional<std::string> run_id;
  std::optional<Instant> logical_date;
  std::optional<DataInterval> data_interval;
  std::optional<Instant> run_after;  ///< in the future: the run starts then
  nlohmann::json conf;               ///< object or null
  std::string note;
  std::string partition_key;
  TriggeredBy by = TriggeredBy::rest_api;
  Actor actor;
  std::string idempotency_key;  ///< "" = none
  std::string request_hash;     ///< of the body, beside the key
  std::uint64_t entropy = 0;    ///< for the id's 8 hex digits: randomness comes from outside
};

/// The API's PATCH state, and cancel. success/failed: end it so; queued: reopen it; cancel: kill
/// what runs, skip the rest, failed with reason "cancelled". Answers RunAnswer.
struct MarkRun {
  enum class To : std::uint8_t { queued, success, failed, cancelled };
  std::string dag_id, run_id;
  To to = To::failed;
  Actor actor;
};

struct SetRunNote {
  std::string dag_id, run_id, note;
  Actor actor;
};

/// Answers RegisterAnswer. The same session again keeps its leases; another session of the same
/// name replaces it: what the old one held is lost now if it is in dead_sessions, else at the end
/// of its lease.
struct RegisterWorker {
  wire::RegisterRequest request;
};

/// Answers SessionAnswer; renews the lease. Errors: not_found (unknown session: register).
struct SyncWorker {
  wire::SyncRequest request;
};

/// Answers SessionAnswer with one verdict per result; renews the lease.
/// Errors: not_found (unknown session), though results of attempts it still holds are taken.
struct FinishAttempts {
  wire::ResultsRequest request;
};

/// Gives a worker nothing new, or gives again; what it runs goes on. Holds for its name, until it
/// is taken back. Errors: not_found.
struct DrainWorker {
  std::string name;
  bool is_drained = true;
  Actor actor;
};

/// dispatch could not render the attempt: it ends with the reason, following the retry rules.
struct FailAttempt {
  AttemptId attempt;
  std::string error;
  /// failed; or lost, when what its texts read cannot be had at the moment: another attempt after a
  /// while, which costs no retry.
  AttemptState outcome = AttemptState::failed;
};

/// The clock: everything that is due by now. Bounded per step; next_deadline() says if more is.
struct FireTimers {};

/// Create or change. Errors: unprocessable.
struct PutPool {
  PoolRow pool;
  bool create_only = false;
  Actor actor;
};
/// Errors: not_found; invalid_argument for default_pool.
struct DeletePool {
  std::string name;
  Actor actor;
};

/// Answers BackfillAnswer. Errors: not_found (no such DAG), conflict (no schedule, no file, an
/// active backfill over some of the dates), unprocessable (dates, params, tasks, too many runs).
struct CreateBackfill {
  std::string dag_id;
  Instant from_date{}, to_date{};  ///< logical dates, inclusive
  int max_active_runs = 10;
  bool run_backwards = false;
  ReprocessBehavior reprocess = ReprocessBehavior::none;
  bool run_on_latest_version = false;
  nlohmann::json conf;                ///< object or null
  std::vector<std::string> task_ids;  ///< only these tasks; empty: all
  bool include_downstream = false;    ///< and all that they lead to
  Actor actor;
  std::string idempotency_key;  ///< "" = none
  std::string request_hash;
};
/// Starts no more runs, or goes on. Errors: not_found, conflict (it is over).
struct PauseBackfill {
  BackfillId backfill;
  bool is_paused = true;
  Actor actor;
};
/// Makes no more runs and ends those that have not started. Errors: not_found, conflict (over).
struct CancelBackfill {
  BackfillId backfill;
  bool cancel_running = false;  ///< also those that run
  Actor actor;
};

/// Somebody outside made or changed an asset. Answers AssetEventAnswer. Errors: not_found,
/// unprocessable (an idempotency key in use).
struct CreateAssetEvent {
  AssetId asset;
  nlohmann::json extra;                      ///< object or null
  std::optional<std::string> partition_key;  ///< else the one in `extra`, else none
  Actor actor;
  std::string idempotency_key;  ///< "" = none
  std::string request_hash;
};
/// What waits of these is forgotten; at least one of dag_id and asset is set. Answers
/// CountAnswer. Errors: not_found.
struct DeleteQueuedAssetEvents {
  std::string dag_id;  ///< "": of all DAGs
  AssetId asset;       ///< none: all that the DAG waits for
  std::optional<Instant> before;
  Actor actor;
};

/// A person answers an approval. Errors: not_found, conflict (it waits for no answer),
/// permission_denied (assigned to others), unprocessable (no such option, the form).
struct AnswerApproval {
  std::string dag_id, run_id, task_id;
  int map_index = -1;
  std::vector<std::string> chosen_options;
  nlohmann::json params_input;  ///< object or null
  Actor actor;
};

/// Creates or changes a record. Errors: conflict (create: it exists), not_found (update: it does
/// not; a token's user), unprocessable (its name).
struct PutRecord {
  enum class Mode : std::uint8_t { put, create, update };
  Record record;
  Mode mode = Mode::put;
  Actor actor;
  std::string action;  ///< in the audit's words; "": not worth a line there
  std::string detail;  ///< for the audit
};
/// Errors: not_found.
struct DeleteRecord {
  RecordKind kind = RecordKind::variable;
  std::string key;
  Actor actor;
  std::string detail;      ///< for the audit
  bool is_audited = true;  ///< false: another command of the same act has its line there
};

/// A clean stop: sessions get leases of 15 minutes in their last answers.
struct PrepareStop {};

using Command = Sum<PutDag, RemoveDagFile, PutImportError, PauseDag, TriggerRun, MarkRun,
                    SetRunNote, RegisterWorker, SyncWorker, FinishAttempts, DrainWorker,
                    FailAttempt, FireTimers, PutPool, DeletePool, CreateBackfill, PauseBackfill,
                    CancelBackfill, PrepareStop, EditTasks, CancelTask, SetTaskNote, SetOutput,
                    DeleteOutput, DeleteTask, DeleteRun, DeleteRuns, DeleteDag, CreateAssetEvent,
                    DeleteQueuedAssetEvents, AnswerApproval, PutRecord, DeleteRecord>;

// --- Answers ---

struct Done {};
struct DagAnswer {
  DagKey key;
  VersionId version;
  bool is_new_version = false;
};
struct RunAnswer {
  RunId run;
  std::string run_id;
  bool existed = false;
};
struct RegisterAnswer {
  WorkerId worker;
  Duration lease{};
};
/// The leases that the session has not acked yet come as LeaseGranted effects, besides those that
/// are new; `cancels` are all attempts of the session that shall end.
struct SessionAnswer {
  WorkerId worker;
  Duration lease{};
  std::vector<wire::Verdict> verdicts;
  std::vector<AttemptId> cancels;
};

struct BackfillAnswer {
  BackfillId backfill;
  bool existed = false;
};

struct AssetEventAnswer {
  std::int64_t event = 0;
  bool existed = false;
};
struct CountAnswer {
  std::int64_t count = 0;
};

using Answer = Sum<Done, DagAnswer, RunAnswer, RegisterAnswer, SessionAnswer, BackfillAnswer,
                   EditAnswer, AssetEventAnswer, CountAnswer>;

// --- Read-only questions, also asked through the inbox ---

/// One reason why an instance or a run is not running.
struct Reason {
  std::string code;     ///< stable: "pool_full", "upstream_unfinished" …
  std::string message;  ///< in words
  nlohmann::json data;  ///< the same as data
};
/// What a backfill would do with one of its dates.
struct BackfillPlanRow {
  DataInterval interval;
  Instant logical_date{};
  std::string run_id;
  std::string action;  ///< "create", "rerun", "leave"
  std::string reason;  ///< why, for "rerun" and "leave"
};
struct BackfillPlan {
  std::vector<BackfillPlanRow> rows;  ///< in the order in which they would be run
  std::int64_t total = 0;             ///< there may be more of them
};
struct Explanation {
  std::string state;            ///< of the instance or run
  std::vector<Reason> reasons;  ///< empty when it runs or has ended
};

}  // namespace weft
