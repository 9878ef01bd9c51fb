#include "server/api/router.h"

// clang-format off
#define WEFT_DAG "/api/v2/dags/{dag_id}"
#define WEFT_RUN WEFT_DAG "/dagRuns/{dag_run_id}"
#define WEFT_TASK WEFT_RUN "/taskInstances/{task_id}"

namespace weft::api {
namespace {

constexpr Route routes[] = {
    {"GET", "/api/v2/dags", get_dags, viewer_of_some},
    {"POST", "/api/v2/dags/validate", validate_dag, viewer_of_some},
    {"GET", WEFT_DAG, get_dag, viewer, Etag::yes},
    {"PATCH", WEFT_DAG, patch_dag, operator_},
    {"GET", WEFT_DAG "/details", get_dag_details, viewer, Etag::yes},
    {"GET", WEFT_DAG "/why", explain_dag, viewer},
    {"GET", WEFT_DAG "/tasks", get_tasks, viewer},
    {"GET", WEFT_DAG "/tasks/{task_id}", get_task, viewer, Etag::yes},
    {"GET", WEFT_DAG "/dagVersions", get_dag_versions, viewer},
    {"GET", WEFT_DAG "/dagVersions/{version_number}", get_dag_version, viewer},

    {"GET", WEFT_DAG "/dagRuns", get_dag_runs, viewer_of_some},
    {"POST", WEFT_DAG "/dagRuns", trigger_dag_run, operator_},
    {"POST", WEFT_DAG "/dagRuns/list", get_dag_runs_batch, viewer_of_some},
    {"GET", WEFT_RUN, get_dag_run, viewer, Etag::yes},
    {"PATCH", WEFT_RUN, patch_dag_run, operator_},
    {"DELETE", WEFT_RUN, delete_dag_run, operator_},
    {"POST", WEFT_RUN "/cancel", cancel_dag_run, operator_},
    {"POST", WEFT_RUN "/clear", clear_dag_run, operator_},
    {"GET", WEFT_RUN "/wait", wait_dag_run, viewer},
    {"GET", WEFT_RUN "/why", explain_run, viewer},

    {"POST", WEFT_DAG "/clearTaskInstances", clear_task_instances, operator_},
    {"GET", WEFT_RUN "/taskInstances", get_task_instances, viewer_of_some},
    {"PATCH", WEFT_RUN "/taskInstances", patch_task_instances, operator_of_some},
    {"POST", WEFT_RUN "/taskInstances/list", get_task_instances_batch, viewer_of_some},
    {"GET", WEFT_TASK, get_task_instance, viewer, Etag::yes},
    {"PATCH", WEFT_TASK, patch_task_instance, operator_},
    {"PATCH", WEFT_TASK "/dry_run", patch_task_instance_dry_run, operator_},
    {"POST", WEFT_TASK "/cancel", cancel_task_instance, operator_},
    {"GET", WEFT_TASK "/listMapped", get_mapped_task_instances, viewer_of_some},
    {"GET", WEFT_TASK "/tries", get_tries, viewer},
    {"GET", WEFT_TASK "/tries/{task_try_number}", get_try, viewer},
    {"GET", WEFT_TASK "/why", explain_task, viewer},
    {"GET", WEFT_TASK "/dependencies", get_dependencies, viewer},
    {"GET", WEFT_TASK "/logs/{try_number}", get_log, viewer},
    {"GET", WEFT_TASK "/xcomEntries", get_xcom_entries, viewer},
    {"GET", WEFT_TASK "/xcomEntries/{xcom_key}", get_xcom_entry, viewer},
    {"GET", WEFT_TASK "/{map_index}", get_task_instance, viewer, Etag::yes},
    {"PATCH", WEFT_TASK "/{map_index}", patch_task_instance, operator_},
    {"PATCH", WEFT_TASK "/{map_index}/dry_run", patch_task_instance_dry_run, operator_},
    {"POST", WEFT_TASK "/{map_index}/cancel", cancel_task_instance, operator_},
    {"GET", WEFT_TASK "/{map_index}/tries", get_tries, viewer},
    {"GET", WEFT_TASK "/{map_index}/tries/{task_try_number}", get_try, viewer},
    {"GET", WEFT_RUN "/hitlDetails", get_hitl_details, viewer_of_some},
    {"GET", WEFT_TASK "/{map_index}/hitlDetails", get_hitl_detail, viewer},
    {"PATCH", WEFT_TASK "/{map_index}/hitlDetails", update_hitl_detail, operator_},
    {"GET", WEFT_TASK "/{map_index}/why", explain_task, viewer},
    {"GET", WEFT_TASK "/{map_index}/dependencies", get_dependencies, viewer},

    {"GET", "/api/v2/backfills", get_backfills, viewer_of_some},
    {"POST", "/api/v2/backfills", create_backfill, operator_of_some},
    {"POST", "/api/v2/backfills/dry_run", create_backfill_dry_run, operator_of_some},
    {"GET", "/api/v2/backfills/{backfill_id}", get_backfill, viewer_of_some},
    {"PUT", "/api/v2/backfills/{backfill_id}/pause", pause_backfill, operator_of_some},
    {"PUT", "/api/v2/backfills/{backfill_id}/unpause", unpause_backfill, operator_of_some},
    {"PUT", "/api/v2/backfills/{backfill_id}/cancel", cancel_backfill, operator_of_some},

    {"GET", "/api/v2/dagSources/{dag_id}", get_dag_source, viewer},
    {"GET", "/api/v2/dagStats", get_dag_stats, viewer_of_some},
    {"GET", "/api/v2/dagTags", get_dag_tags, viewer_of_some},
    {"GET", "/api/v2/importErrors", get_import_errors, viewer_of_some},
    {"GET", "/api/v2/importErrors/{import_error_id}", get_import_error, viewer_of_some},
    {"GET", "/api/v2/jobs", get_jobs, viewer_of_some},
    {"GET", "/api/v2/jobs/{job_id}", get_job, viewer_of_some},
    {"GET", "/api/v2/pools", get_pools, viewer},
    {"POST", "/api/v2/pools", post_pool, editor},
    {"GET", "/api/v2/pools/{pool_name}", get_pool, viewer},
    {"PATCH", "/api/v2/pools/{pool_name}", patch_pool, editor},
    {"DELETE", "/api/v2/pools/{pool_name}", delete_pool, editor},
    {"GET", "/api/v2/variables", get_variables, viewer},
    {"POST", "/api/v2/variables", post_variable, editor},
    {"GET", "/api/v2/variables/{variable_key}", get_variable, viewer},
    {"PATCH", "/api/v2/variables/{variable_key}", patch_variable, editor},
    {"DELETE", "/api/v2/variables/{variable_key}", delete_variable, editor},
    {"GET", "/api/v2/connections", get_connections, viewer},
    {"POST", "/api/v2/connections", post_connection, editor},
    {"GET", "/api/v2/connections/{connection_id}", get_connection, viewer},
    {"PATCH", "/api/v2/connections/{connection_id}", patch_connection, editor},
    {"DELETE", "/api/v2/connections/{connection_id}", delete_connection, editor},
    {"GET", "/api/v2/users", get_users, admin},
    {"POST", "/api/v2/users", post_user, admin},
    {"GET", "/api/v2/users/me", get_user_me, signed_in},
    {"POST", "/api/v2/users/me/password", change_password, signed_in},
    {"GET", "/api/v2/users/{username}", get_user, admin},
    {"PATCH", "/api/v2/users/{username}", patch_user, admin},
    {"DELETE", "/api/v2/users/{username}", delete_user, admin},
    {"GET", "/api/v2/tokens", get_tokens, signed_in},
    {"POST", "/api/v2/tokens", post_token, signed_in},
    {"DELETE", "/api/v2/tokens/{token_id}", delete_token, signed_in},
    {"GET", "/api/v2/workers", get_workers, viewer},
    {"GET", "/api/v2/eventLogs", get_event_logs, operator_of_some},
    {"GET", "/api/v2/eventLogs/{event_log_id}", get_event_log, operator_of_some},

    {"GET", "/api/v2/assets", get_assets, viewer},
    {"GET", "/api/v2/assets/aliases", get_asset_aliases, viewer},
    {"GET", "/api/v2/assets/aliases/{asset_alias_id}", get_asset_alias, viewer},
    {"GET", "/api/v2/assets/events", get_asset_events, viewer_of_some},
    {"POST", "/api/v2/assets/events", create_asset_event, operator_},
    {"GET", "/api/v2/assets/{asset_id}", get_asset, viewer},
    {"POST", "/api/v2/assets/{asset_id}/materialize", materialize_asset, operator_of_some},
    {"GET", "/api/v2/assets/{asset_id}/queuedEvents", get_queued_asset_events, viewer},
    {"DELETE", "/api/v2/assets/{asset_id}/queuedEvents", delete_queued_asset_events, operator_},
    {"GET", WEFT_DAG "/assets/queuedEvents", get_queued_asset_events, viewer},
    {"DELETE", WEFT_DAG "/assets/queuedEvents", delete_queued_asset_events, operator_},
    {"GET", WEFT_DAG "/assets/{asset_id}/queuedEvents", get_queued_asset_event, viewer},
    {"DELETE", WEFT_DAG "/assets/{asset_id}/queuedEvents", delete_queued_asset_events, operator_},
    {"GET", WEFT_RUN "/upstreamAssetEvents", get_upstream_asset_events, viewer},

    {"GET", "/api/v2/monitor/health", get_health, everyone},
    {"GET", "/api/v2/version", get_version, everyone},
    {"GET", "/healthz", get_healthz, everyone},
    {"GET", "/readyz", get_readyz, everyone},
    {"GET", "/openapi.json", get_openapi, everyone},
    {"GET", "/schemas/dag/v1.json", get_dag_schema, everyone},
};
// clang-format on

}  // namespace

std::span<const Route> route_table() {
  return routes;
}

}  // namespace weft::api
