#pragma once

// Rows of the tables as the structs of change.h: the column lists of SELECTs and what reads them.
// `first` is the statement's column at which the list stands.

#include <string>

#include "server/core/scheduler/change.h"
#include "server/storage/database.h"

namespace weft::storage {

/// The columns of one table, in the order in which the function of the same name reads them.
namespace columns {
inline constexpr const char* dag =
    "key, dag_id, bundle, path, is_paused, is_stale, has_import_errors, current_version, cursor, "
    "once_done, version_count, consecutive_failures, last_parsed";
inline constexpr const char* run =
    "id, dag, version, run_id, type, triggered_by, state, logical_date, data_interval_start, "
    "data_interval_end, run_after, queued_at, started_at, ended_at, conf, params, note, reason, "
    "actor, failed_tasks, materialized, backfill, partition_key, triggered_through";
inline constexpr const char* run_key = "id, logical_date, queued_at, ended_at";
inline constexpr const char* instance =
    "id, run, task_id, map_index, state, try_number, failures, losses, attempt, scheduled_at, "
    "queued_at, started_at, ended_at, retry_at, reason, note, updated_at, "
    "concurrency_key, group_retries, pokes";
inline constexpr const char* mapping = "run, owner, length, lists";
inline constexpr const char* attempt =
    "id, instance, run, try_number, state, worker, session, queued_at, started_at, "
    "ended_at, exit_code, signal, pid, cpu_us, max_rss_kb, log_bytes, error";
inline constexpr const char* event =
    "id, at, kind, dag, run, instance, attempt, from_state, to_state, detail";
inline constexpr const char* pool = "name, slots, include_deferred, description";
inline constexpr const char* worker =
    "id, name, host, version, session, slots, queues, state, registered_at, last_seen, "
    "is_drained";
inline constexpr const char* import_error = "id, bundle, path, at, stack_trace, findings";
inline constexpr const char* backfill =
    "id, dag, version, from_date, to_date, max_active_runs, run_backwards, reprocess_behavior, "
    "run_on_latest_version, conf, is_paused, actor, created_at, updated_at, completed_at, "
    "is_cancelled, position, total, handled, left_alone, reason, task_ids, include_downstream";
inline constexpr const char* asset = "id, uri, name, group_name, extra, created_at, updated_at";
inline constexpr const char* asset_event =
    "id, asset, at, source_dag_id, source_run_id, source_task_id, source_map_index, extra, "
    "partition_key";
inline constexpr const char* asset_queue = "dag, asset, partition_key, at, first_event, last_event";
inline constexpr const char* asset_consumed =
    "run, dag, asset, partition_key, first_event, last_event";
inline constexpr const char* idempotency = "key, request_hash, run, at";
inline constexpr const char* variable = "key, value, is_secret, description, updated_at";
inline constexpr const char* connection =
    "connection_id, conn_type, description, host, login, \"schema\", port, password, extra, "
    "allowed_dags, updated_at";
inline constexpr const char* user =
    "name, display_name, password_hash, role, grants, is_disabled, provider, epoch, created_at, "
    "updated_at";
inline constexpr const char* token =
    "id, hash, kind, user, name, role, epoch, created_at, expires_at, last_used_at";
inline constexpr const char* job =
    "id, kind, state, dag, run, action, actor, spec, cursor, runs_total, runs_done, changed, "
    "created_at, updated_at, ended_at";
}  // namespace columns

/// "a, b" → "t.a, t.b", for joins.
std::string prefixed(const char* table, const char* column_list);

DagRow dag_row(const Statement& row, int first = 0);
RunRow run_row(const Statement& row, int first = 0);
InstanceRow instance_row(const Statement& row, int first = 0);
MappingRow mapping_row(const Statement& row, int first = 0);
AttemptRow attempt_row(const Statement& row, int first = 0);
EventRow event_row(const Statement& row, int first = 0);
PoolRow pool_row(const Statement& row, int first = 0);
WorkerRow worker_row(const Statement& row, int first = 0);
ImportErrorRow import_error_row(const Statement& row, int first = 0);
BackfillRow backfill_row(const Statement& row, int first = 0);
AssetRow asset_row(const Statement& row, int first = 0);
AssetEventRow asset_event_row(const Statement& row, int first = 0);
AssetQueuedRow asset_queued_row(const Statement& row, int first = 0);
AssetConsumedRow asset_consumed_row(const Statement& row, int first = 0);
IdempotencyRow idempotency_row(const Statement& row, int first = 0);
JobRow job_row(const Statement& row, int first = 0);
VariableRow variable_row(const Statement& row, int first = 0);
ConnectionRow connection_row(const Statement& row, int first = 0);
UserRow user_row(const Statement& row, int first = 0);
TokenRow token_row(const Statement& row, int first = 0);

/// JSON that this program wrote; text that is none (a damaged file) reads as null.
nlohmann::json stored_json(std::string_view text);

}  // namespace weft::storage
