#pragma once

// Every statement of the writer's connection, in one table: each is compiled once, at open, and
// a test asks SQLite for the plan of each.

#include <array>
#include <string>

namespace weft::storage {

enum class Sql : std::size_t {
  put_dag,
  put_version,
  update_run,
  insert_run,
  put_instance,
  put_mapping,
  put_attempt,
  delete_outputs,
  insert_output,
  put_output,
  delete_output,
  insert_event,
  put_pool,
  delete_pool,
  put_worker,
  put_import_error,
  delete_import_error,
  put_idempotency,
  insert_audit,
  put_backfill,
  put_job,
  retire_ids,
  delete_attempts,
  delete_instance,
  delete_run,
  delete_mapping,
  delete_mappings,
  delete_consumed,
  delete_jobs_of_dag,
  delete_backfills_of_dag,
  delete_queue_of_dag,
  delete_references_of_dag,
  delete_versions_of_dag,
  delete_dag,
  put_asset,
  put_asset_reference,
  delete_asset_references,
  insert_asset_event,
  put_asset_queued,
  delete_asset_queued,
  insert_asset_consumed,
  put_approval,
  answer_approval,
  delete_approval,
  put_variable,
  put_connection,
  put_user,
  put_token,
  delete_variable,
  delete_connection,
  delete_user,
  delete_token,
  delete_tokens_of_user,
  has_variable,
  has_connection,
  has_user,
  has_token,
  newest_audit_hash,
  run,
  run_by_id,
  run_by_logical_date,
  previous_success,
  previous_run,
  instance_of_task,
  instances_of_task,
  instances_of_run,
  mappings_of_run,
  active_attempts_of_run,
  outputs_of_run,
  version,
  outputs,
  attempt,
  idempotency,
  backfill,
  runs_by_id,
  runs_by_date,
  count_runs_by_id,
  count_runs_by_date,
  some_instances,
  consumed_assets,
  asset_events,
  newest_asset_event,
  newest_of_partition,
  // What load_snapshot reads; those with the whole table in view may scan it.
  active_runs,
  active_backfills,
  dags,
  needed_versions,
  pools,
  workers,
  import_errors,
  active_jobs,
  assets,
  asset_queue,
  highest_ids,
  count_,
};

inline constexpr std::size_t sql_count = static_cast<std::size_t>(Sql::count_);

/// The text of each statement, by Sql.
const std::array<std::string, sql_count>& writer_sql();

/// May this statement read a whole table? Only those of load_snapshot over small tables.
bool may_scan(Sql sql);

}  // namespace weft::storage
