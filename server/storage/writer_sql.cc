#include "server/storage/writer_sql.h"

#include <fmt/format.h>

#include "server/storage/rows.h"
#include "server/storage/worker_keys.h"

namespace weft::storage {
namespace {

/// Outputs up to here come with their run, larger ones are asked for one by one.
constexpr int inline_output_bytes = 64 * 1024;

/// "INSERT <into> (columns) VALUES (?1, …)".
std::string insert(std::string_view into, std::string_view columns) {
  std::string values = "?1";
  int count = 1;
  for (const char c : columns)
    if (c == ',') values += fmt::format(", ?{}", ++count);
  return fmt::format("INSERT {} ({}) VALUES ({})", into, columns, values);
}

/// insert that overwrites `changing` of the row with the same `key`. What never changes stays out:
/// it would make SQLite check keys and indexes again.
std::string upsert(std::string_view table, std::string_view columns, std::string_view key,
                   std::initializer_list<std::string_view> changing) {
  std::string sets;
  for (const auto column : changing)
    sets += fmt::format("{}{} = excluded.{}", sets.empty() ? "" : ", ", column, column);
  return fmt::format("{} ON CONFLICT ({}) DO UPDATE SET {}",
                     insert(fmt::format("INTO {}", table), columns), key, sets);
}

std::string select(const char* columns, std::string_view rest) {
  return fmt::format("SELECT {} FROM {}", columns, rest);
}

constexpr const char* version_columns =
    "id, dag, number, created_at, hash, display_name, description, owner, tags, schedule, "
    "timezone, max_active_runs, max_active_tasks, task_count, canonical, source";
constexpr const char* read_version = "v.id, v.dag, v.number, v.created_at, v.hash, v.canonical";

std::string text_of(Sql sql) {
  switch (sql) {
    case Sql::put_dag:
      return upsert("dag", columns::dag, "key",
                    {"dag_id", "bundle", "path", "is_paused", "is_stale", "has_import_errors",
                     "current_version", "cursor", "once_done", "version_count",
                     "consecutive_failures", "last_parsed"});
    case Sql::put_version:
      return insert("INTO dag_version", version_columns) + " ON CONFLICT (id) DO NOTHING";
    case Sql::update_run:
      // Of the same version: nearly all, and the index of versions stays as it is.
      return "UPDATE run SET state = ?3, run_after = ?4, queued_at = ?5, started_at = ?6, "
             "ended_at = ?7, note = ?8, reason = ?9, failed_tasks = ?10, materialized = ?11, "
             "backfill = ?12 WHERE id = ?1 AND version = ?2";
    case Sql::insert_run:  // or it has moved to another version
      return upsert("run", columns::run, "id",
                    {"version", "state", "run_after", "queued_at", "started_at", "ended_at", "note",
                     "reason", "failed_tasks", "materialized", "backfill"});
    case Sql::put_instance:
      return upsert("task_instance", columns::instance, "id",
                    {"map_index", "state", "try_number", "failures", "losses", "attempt",
                     "scheduled_at", "queued_at", "started_at", "ended_at", "retry_at", "reason",
                     "note", "updated_at", "concurrency_key", "group_retries", "pokes"});
    case Sql::put_mapping:
      return upsert("mapping", columns::mapping, "run, owner", {"length", "lists"});
    case Sql::put_attempt:
      return upsert("attempt", columns::attempt, "id",
                    {"state", "worker", "session", "queued_at", "started_at", "ended_at",
                     "exit_code", "signal", "pid", "cpu_us", "max_rss_kb", "log_bytes", "error"});
    case Sql::delete_outputs: return "DELETE FROM output WHERE instance = ?1";
    case Sql::insert_output: return insert("INTO output", "instance, run, attempt, key, value, at");
    case Sql::put_output:
      return upsert("output", "instance, run, attempt, key, value, at", "instance, key",
                    {"attempt", "value", "at"});
    case Sql::delete_output: return "DELETE FROM output WHERE instance = ?1 AND key = ?2";
    case Sql::insert_event: return insert("INTO event", columns::event);
    case Sql::put_pool:
      return upsert("pool", columns::pool, "name", {"slots", "include_deferred", "description"});
    case Sql::delete_pool: return "DELETE FROM pool WHERE name = ?1";
    case Sql::put_worker:
      return upsert("worker", columns::worker, "id",
                    {"name", "host", "version", "session", "slots", "queues", "state",
                     "registered_at", "last_seen", "is_drained"});
    case Sql::put_import_error:
      // Both its id and its (bundle, path) may be there already.
      return insert("OR REPLACE INTO import_error", columns::import_error);
    case Sql::delete_import_error:
      return "DELETE FROM import_error WHERE bundle = ?1 AND path = ?2";
    case Sql::put_idempotency:
      return upsert("idempotency", columns::idempotency, "key", {"request_hash", "run", "at"});
    case Sql::insert_audit:
      return insert("INTO audit",
                    "at, actor, remote, action, dag_id, run_id, task_id, detail, hash");
    case Sql::put_backfill:
      return upsert("backfill", columns::backfill, "id",
                    {"is_paused", "updated_at", "completed_at", "is_cancelled", "position", "total",
                     "handled", "left_alone", "reason"});
    case Sql::put_job:
      return upsert("job", columns::job, "id",
                    {"state", "cursor", "runs_done", "changed", "updated_at", "ended_at"});
    case Sql::retire_ids:
      return "UPDATE retired_ids SET run = max(run, ?1), instance = max(instance, ?2), "
             "attempt = max(attempt, ?3), dag = max(dag, ?4), version = max(version, ?5), "
             "backfill = max(backfill, ?6), job = max(job, ?7) WHERE only = 1";
    case Sql::delete_attempts: return "DELETE FROM attempt WHERE instance = ?1";
    case Sql::delete_instance: return "DELETE FROM task_instance WHERE id = ?1";
    case Sql::delete_mapping: return "DELETE FROM mapping WHERE run = ?1 AND owner = ?2";
    case Sql::delete_mappings: return "DELETE FROM mapping WHERE run = ?1";
    case Sql::delete_consumed: return "DELETE FROM asset_consumed WHERE run = ?1";
    case Sql::delete_run: return "DELETE FROM run WHERE id = ?1";
    case Sql::delete_jobs_of_dag: return "DELETE FROM job WHERE dag = ?1";
    case Sql::delete_backfills_of_dag: return "DELETE FROM backfill WHERE dag = ?1";
    case Sql::delete_queue_of_dag: return "DELETE FROM asset_queue WHERE dag = ?1";
    case Sql::delete_references_of_dag: return "DELETE FROM asset_reference WHERE dag = ?1";
    case Sql::delete_versions_of_dag: return "DELETE FROM dag_version WHERE dag = ?1";
    case Sql::delete_dag: return "DELETE FROM dag WHERE key = ?1";
    case Sql::put_asset:
      return upsert("asset", columns::asset, "id", {"name", "group_name", "extra", "updated_at"});
    case Sql::put_asset_reference:
      return upsert("asset_reference", "asset, dag, kind, task_id, version, created_at, updated_at",
                    "asset, kind, dag, task_id", {"version", "updated_at"});
    case Sql::delete_asset_references:
      return "DELETE FROM asset_reference WHERE dag = ?1 AND version <> ?2";
    case Sql::insert_asset_event: return insert("INTO asset_event", columns::asset_event);
    case Sql::put_asset_queued:
      return upsert("asset_queue", columns::asset_queue, "dag, asset, partition_key",
                    {"at", "first_event", "last_event"});
    case Sql::delete_asset_queued:
      return "DELETE FROM asset_queue WHERE dag = ?1 AND asset = ?2 AND partition_key = ?3";
    case Sql::insert_asset_consumed: return insert("INTO asset_consumed", columns::asset_consumed);
    case Sql::put_approval:
      return insert("OR REPLACE INTO approval",
                    "instance, run, subject, body, options, params, assigned_to, created_at, "
                    "expires_at");
    case Sql::delete_approval: return "DELETE FROM approval WHERE instance = ?1";
    case Sql::put_variable:
      return upsert("variable", columns::variable, "key",
                    {"value", "is_secret", "description", "updated_at"});
    case Sql::put_connection:
      return upsert("connection", columns::connection, "connection_id",
                    {"conn_type", "description", "host", "login", "\"schema\"", "port", "password",
                     "extra", "allowed_dags", "updated_at"});
    case Sql::put_user:
      return upsert("user", columns::user, "name",
                    {"display_name", "password_hash", "role", "grants", "is_disabled", "provider",
                     "epoch", "updated_at"});
    case Sql::put_token:
      return upsert("token", columns::token, "id", {"name", "role", "expires_at", "last_used_at"});
    case Sql::delete_variable: return "DELETE FROM variable WHERE key = ?1";
    case Sql::delete_connection: return "DELETE FROM connection WHERE connection_id = ?1";
    case Sql::delete_user: return "DELETE FROM user WHERE name = ?1";
    case Sql::delete_token: return "DELETE FROM token WHERE id = ?1";
    case Sql::delete_tokens_of_user: return "DELETE FROM token WHERE user = ?1";
    case Sql::put_join_token:
      return upsert("join_token", columns::join_token, "id", {"used_at", "used_by"});
    case Sql::forget_events:
      return "DELETE FROM event WHERE id <= (SELECT min(id) + 999 FROM event) AND "
             "id < (SELECT max(id) FROM event) AND at < ?1";
    case Sql::delete_join_token: return "DELETE FROM join_token WHERE id = ?1";
    case Sql::put_worker_key:
      return upsert(
          "worker_key", columns::worker_key, "worker",
          {"hash", "queues", "join_token", "session", "created_at", "revoked_at", "revoked_by"});
    case Sql::delete_worker_key: return "DELETE FROM worker_key WHERE worker = ?1";
    case Sql::has_variable: return "SELECT 1 FROM variable WHERE key = ?1";
    case Sql::has_connection: return "SELECT 1 FROM connection WHERE connection_id = ?1";
    case Sql::has_user: return "SELECT 1 FROM user WHERE name = ?1";
    case Sql::has_token: return "SELECT 1 FROM token WHERE id = ?1";
    case Sql::newest_audit_hash:
      return "SELECT hash FROM audit WHERE id = (SELECT max(id) FROM audit)";
    case Sql::answer_approval:
      return "UPDATE approval SET responded_at = ?2, responded_by = ?3, chosen_options = ?4, "
             "params_input = ?5 WHERE instance = ?1";
    case Sql::run: return select(columns::run, "run WHERE id = ?1");
    case Sql::run_by_id: return select(columns::run, "run WHERE dag = ?1 AND run_id = ?2");
    case Sql::run_by_logical_date:
      return select(columns::run, "run WHERE dag = ?1 AND logical_date = ?2");
    case Sql::previous_success:
      return select(columns::run,
                    "run WHERE dag = ?1 AND state = 2 AND logical_date IS NOT NULL AND "
                    "logical_date < ?2 ORDER BY logical_date DESC LIMIT 1");
    case Sql::previous_run:
      return select(columns::run,
                    "run WHERE dag = ?1 AND logical_date IS NOT NULL AND logical_date < ?2 "
                    "ORDER BY logical_date DESC LIMIT 1");
    case Sql::instance_of_task:
      return select(columns::instance,
                    "task_instance WHERE run = ?1 AND task_id = ?2 AND map_index = ?3");
    case Sql::instances_of_task:
      return select(columns::instance,
                    "task_instance WHERE run = ?1 AND task_id = ?2 ORDER BY map_index");
    case Sql::instances_of_run:
      return select(columns::instance, "task_instance WHERE run = ?1 ORDER BY id");
    case Sql::mappings_of_run: return select(columns::mapping, "mapping WHERE run = ?1");
    case Sql::active_attempts_of_run:
      return select(columns::attempt, "attempt WHERE run = ?1 AND state < 2 ORDER BY id");
    case Sql::outputs_of_run:
      // All of an instance or none: who finds some of them asks for no others.
      return fmt::format(
          "SELECT o.instance, o.run, o.attempt, o.at, o.key, o.value FROM task_instance i CROSS "
          "JOIN output o ON o.instance = i.id WHERE i.run = ?1 AND NOT EXISTS (SELECT 1 FROM "
          "output large WHERE large.instance = i.id AND length(large.value) > {}) "
          "ORDER BY o.instance",
          inline_output_bytes);
    case Sql::version: return select(read_version, "dag_version v WHERE v.id = ?1");
    case Sql::outputs: return "SELECT key, value FROM output WHERE instance = ?1";
    case Sql::attempt: return select(columns::attempt, "attempt WHERE id = ?1");
    case Sql::idempotency: return select(columns::idempotency, "idempotency WHERE key = ?1");
    case Sql::backfill: return select(columns::backfill, "backfill WHERE id = ?1");
    case Sql::active_backfills:
      return select(columns::backfill,
                    "backfill INDEXED BY backfill_active WHERE completed_at IS NULL ORDER BY id");
    case Sql::runs_by_id:
      return select(columns::run_key,
                    "run WHERE dag = ?1 AND id > ?2 AND id <= ?3 ORDER BY id LIMIT ?4");
    case Sql::runs_by_date:
      return select(columns::run_key,
                    "run WHERE dag = ?1 AND logical_date IS NOT NULL AND logical_date > ?2 AND "
                    "logical_date <= ?3 ORDER BY logical_date LIMIT ?4");
    case Sql::count_runs_by_id: return "SELECT count(*) FROM run WHERE dag = ?1 AND id <= ?2";
    case Sql::count_runs_by_date:
      return "SELECT count(*) FROM run WHERE dag = ?1 AND logical_date IS NOT NULL AND "
             "logical_date > ?2 AND logical_date <= ?3";
    case Sql::some_instances: return "SELECT id FROM task_instance WHERE run = ?1 LIMIT ?2";
    case Sql::consumed_assets:
      return select(columns::asset_consumed, "asset_consumed WHERE run = ?1 ORDER BY asset");
    case Sql::asset_events:
      return select(columns::asset_event,
                    "asset_event WHERE asset = ?1 AND partition_key = ?2 AND id BETWEEN ?3 AND ?4 "
                    "ORDER BY id DESC LIMIT ?5");
    case Sql::newest_asset_event:
      return select(columns::asset_event, "asset_event WHERE asset = ?1 ORDER BY at DESC LIMIT 1");
    case Sql::newest_of_partition:
      return select(columns::asset_event,
                    "asset_event WHERE asset = ?1 AND partition_key = ?2 ORDER BY id DESC LIMIT 1");
    case Sql::active_runs:
      return select(columns::run,
                    "run WHERE id IN (SELECT id FROM run WHERE state < 2 UNION SELECT run FROM "
                    "attempt WHERE state < 2) ORDER BY id");
    case Sql::dags: return select(columns::dag, "dag ORDER BY key");
    case Sql::needed_versions:
      return select(read_version,
                    "dag_version v WHERE v.id IN (SELECT current_version FROM dag UNION SELECT "
                    "version FROM run WHERE state < 2 UNION SELECT r.version FROM attempt a JOIN "
                    "run r ON r.id = a.run WHERE a.state < 2 UNION SELECT version FROM backfill "
                    "WHERE completed_at IS NULL)");
    case Sql::pools: return select(columns::pool, "pool");
    case Sql::workers: return select(columns::worker, "worker WHERE state < 4");
    case Sql::import_errors: return select(columns::import_error, "import_error");
    case Sql::active_jobs: return select(columns::job, "job WHERE state = 0 ORDER BY id");
    case Sql::highest_ids:
      return "SELECT max(ifnull((SELECT max(key) FROM dag), 0), gone.dag), "
             "max(ifnull((SELECT max(id) FROM dag_version), 0), gone.version), "
             "max(ifnull((SELECT max(id) FROM run), 0), gone.run), "
             "max(ifnull((SELECT max(id) FROM task_instance), 0), gone.instance), "
             "max(ifnull((SELECT max(id) FROM attempt), 0), gone.attempt), "
             "(SELECT max(id) FROM worker), (SELECT max(id) FROM event), "
             "(SELECT max(id) FROM import_error), "
             "max(ifnull((SELECT max(id) FROM backfill), 0), gone.backfill), "
             "max(ifnull((SELECT max(id) FROM job), 0), gone.job), "
             "(SELECT max(id) FROM asset), (SELECT max(id) FROM asset_event) "
             "FROM retired_ids gone WHERE gone.only = 1";
    case Sql::assets: return select(columns::asset, "asset ORDER BY id");
    case Sql::asset_queue: return select(columns::asset_queue, "asset_queue");
    case Sql::count_: break;
  }
  return {};
}

}  // namespace

const std::array<std::string, sql_count>& writer_sql() {
  static const auto all = [] {
    std::array<std::string, sql_count> texts;
    for (std::size_t i = 0; i < sql_count; ++i) texts[i] = text_of(static_cast<Sql>(i));
    return texts;
  }();
  return all;
}

bool may_scan(Sql sql) {
  switch (sql) {
    case Sql::dags:
    case Sql::needed_versions:
    case Sql::pools:
    case Sql::workers:
    case Sql::assets:
    case Sql::asset_queue:
    case Sql::import_errors: return true;
    default: return false;
  }
}

}  // namespace weft::storage
