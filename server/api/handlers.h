#pragma once

// Every handler of the API; routes.cc says which path leads to which. Each stands in the file of
// its resource.

#include "server/api/call.h"

namespace weft::api {

// dags.cc, dag_lists.cc, dag_validate.cc
Outcome<http::Response> get_dags(Call&);
Outcome<http::Response> get_dag(Call&);
Outcome<http::Response> patch_dag(Call&);
Outcome<http::Response> patch_dags(Call&);
Outcome<http::Response> delete_dag(Call&);
Outcome<http::Response> get_dag_details(Call&);
Outcome<http::Response> get_dag_tags(Call&);
Outcome<http::Response> get_dag_owners(Call&);
Outcome<http::Response> get_dag_stats(Call&);
Outcome<http::Response> validate_dag(Call&);

// run_overview.cc
Outcome<http::Response> get_dag_run_stats(Call&);
Outcome<http::Response> get_recent_dag_runs(Call&);

// dag_warnings.cc
Outcome<http::Response> get_dag_warnings(Call&);

// tasks.cc
Outcome<http::Response> get_tasks(Call&);
Outcome<http::Response> get_task(Call&);

// dag_versions.cc
Outcome<http::Response> get_dag_versions(Call&);
Outcome<http::Response> get_dag_version(Call&);
Outcome<http::Response> get_dag_source(Call&);

// dag_runs.cc, dag_run_trigger.cc, dag_run_edit.cc, dag_run_wait.cc
Outcome<http::Response> get_dag_runs(Call&);
Outcome<http::Response> get_dag_runs_batch(Call&);
Outcome<http::Response> get_dag_run(Call&);
Outcome<http::Response> trigger_dag_run(Call&);
Outcome<http::Response> patch_dag_run(Call&);
Outcome<http::Response> cancel_dag_run(Call&);
Outcome<http::Response> clear_dag_run(Call&);
Outcome<http::Response> delete_dag_run(Call&);
Outcome<http::Response> wait_dag_run(Call&);

// task_instances.cc, task_instance_lists.cc, tries.cc, logs.cc
Outcome<http::Response> get_task_instances(Call&);
Outcome<http::Response> get_task_instances_batch(Call&);
Outcome<http::Response> get_mapped_task_instances(Call&);
Outcome<http::Response> get_task_instance(Call&);
Outcome<http::Response> get_tries(Call&);
Outcome<http::Response> get_try(Call&);
Outcome<http::Response> get_log(Call&);

// task_instance_edit.cc, task_mark.cc, jobs.cc
Outcome<http::Response> clear_task_instances(Call&);
Outcome<http::Response> cancel_task_instance(Call&);
Outcome<http::Response> delete_task_instance(Call&);
Outcome<http::Response> patch_task_instance(Call&);
Outcome<http::Response> patch_task_instance_dry_run(Call&);
Outcome<http::Response> patch_task_instances(Call&);
Outcome<http::Response> get_jobs(Call&);
Outcome<http::Response> get_job(Call&);

// explain.cc
Outcome<http::Response> explain_dag(Call&);
Outcome<http::Response> explain_run(Call&);
Outcome<http::Response> explain_task(Call&);
Outcome<http::Response> get_dependencies(Call&);

// hitl_details.cc
Outcome<http::Response> get_hitl_details(Call&);
Outcome<http::Response> get_hitl_detail(Call&);
Outcome<http::Response> update_hitl_detail(Call&);

// xcom.cc
Outcome<http::Response> get_xcom_entries(Call&);
Outcome<http::Response> get_xcom_entry(Call&);
Outcome<http::Response> create_xcom_entry(Call&);
Outcome<http::Response> update_xcom_entry(Call&);
Outcome<http::Response> delete_xcom_entry(Call&);

// import_errors.cc, pools.cc, pool_edit.cc, workers.cc, event_logs.cc, audit_logs.cc
Outcome<http::Response> get_import_errors(Call&);
Outcome<http::Response> get_import_error(Call&);
Outcome<http::Response> get_pools(Call&);
Outcome<http::Response> get_pool(Call&);
Outcome<http::Response> post_pool(Call&);
Outcome<http::Response> patch_pool(Call&);
Outcome<http::Response> delete_pool(Call&);
Outcome<http::Response> bulk_pools(Call&);
Outcome<http::Response> get_workers(Call&);
Outcome<http::Response> get_worker(Call&);
Outcome<http::Response> patch_worker(Call&);
Outcome<http::Response> revoke_worker_key(Call&);
Outcome<http::Response> get_event_logs(Call&);
Outcome<http::Response> get_event_log(Call&);
Outcome<http::Response> get_audit_logs(Call&);
Outcome<http::Response> get_audit_log(Call&);

// variables.cc, connections.cc
Outcome<http::Response> get_variables(Call&);
Outcome<http::Response> get_variable(Call&);
Outcome<http::Response> post_variable(Call&);
Outcome<http::Response> patch_variable(Call&);
Outcome<http::Response> delete_variable(Call&);
Outcome<http::Response> bulk_variables(Call&);
Outcome<http::Response> get_connections(Call&);
Outcome<http::Response> get_connection(Call&);
Outcome<http::Response> post_connection(Call&);
Outcome<http::Response> patch_connection(Call&);
Outcome<http::Response> delete_connection(Call&);
Outcome<http::Response> bulk_connections(Call&);
Outcome<http::Response> test_connection(Call&);

// users.cc, user_self.cc, tokens.cc
Outcome<http::Response> get_users(Call&);
Outcome<http::Response> get_user(Call&);
Outcome<http::Response> post_user(Call&);
Outcome<http::Response> patch_user(Call&);
Outcome<http::Response> delete_user(Call&);
Outcome<http::Response> get_user_me(Call&);
Outcome<http::Response> change_password(Call&);
Outcome<http::Response> get_tokens(Call&);
Outcome<http::Response> post_token(Call&);
Outcome<http::Response> delete_token(Call&);

// join_tokens.cc
Outcome<http::Response> get_join_tokens(Call&);
Outcome<http::Response> post_join_token(Call&);
Outcome<http::Response> delete_join_token(Call&);

// backfills.cc, backfill_edit.cc
Outcome<http::Response> get_backfills(Call&);
Outcome<http::Response> get_backfill(Call&);
Outcome<http::Response> create_backfill(Call&);
Outcome<http::Response> create_backfill_dry_run(Call&);
Outcome<http::Response> pause_backfill(Call&);
Outcome<http::Response> unpause_backfill(Call&);
Outcome<http::Response> cancel_backfill(Call&);
// assets.cc, asset_events.cc
Outcome<http::Response> get_assets(Call&);
Outcome<http::Response> get_asset(Call&);
Outcome<http::Response> get_asset_aliases(Call&);
Outcome<http::Response> get_asset_alias(Call&);
Outcome<http::Response> materialize_asset(Call&);
Outcome<http::Response> get_asset_events(Call&);
Outcome<http::Response> create_asset_event(Call&);
Outcome<http::Response> get_upstream_asset_events(Call&);
Outcome<http::Response> get_queued_asset_events(Call&);
Outcome<http::Response> get_queued_asset_event(Call&);
Outcome<http::Response> delete_queued_asset_events(Call&);

// graph.cc, grid.cc, calendar.cc, gantt.cc, events.cc
Outcome<http::Response> get_graph(Call&);
Outcome<http::Response> get_grid(Call&);
Outcome<http::Response> get_calendar(Call&);
Outcome<http::Response> get_gantt(Call&);
Outcome<http::Response> get_events(Call&);

// monitor.cc, metrics.cc
Outcome<http::Response> get_metrics(Call&);
Outcome<http::Response> get_health(Call&);
Outcome<http::Response> get_version(Call&);
Outcome<http::Response> get_healthz(Call&);
Outcome<http::Response> get_readyz(Call&);
Outcome<http::Response> get_openapi(Call&);
Outcome<http::Response> get_dag_schema(Call&);

}  // namespace weft::api
