#include "server/api/router.h"

// clang-format off
#define WEFT_DAG "/api/v2/dags/{dag_id}"
#define WEFT_RUN WEFT_DAG "/dagRuns/{dag_run_id}"
#define WEFT_TASK WEFT_RUN "/taskInstances/{task_id}"

namespace weft::api {
namespace {

constexpr Route routes[] = {
    {"GET", "/api/v2/dags", get_dags},
    {"POST", "/api/v2/dags/validate", validate_dag},
    {"GET", WEFT_DAG, get_dag, Etag::yes},
    {"PATCH", WEFT_DAG, patch_dag},
    {"GET", WEFT_DAG "/details", get_dag_details, Etag::yes},
    {"GET", WEFT_DAG "/why", explain_dag},
    {"GET", WEFT_DAG "/tasks", get_tasks},
    {"GET", WEFT_DAG "/tasks/{task_id}", get_task, Etag::yes},
    {"GET", WEFT_DAG "/dagVersions", get_dag_versions},
    {"GET", WEFT_DAG "/dagVersions/{version_number}", get_dag_version},

    {"GET", WEFT_DAG "/graph", get_graph, Etag::yes},
    {"GET", WEFT_DAG "/grid", get_grid, Etag::yes},
    {"GET", WEFT_DAG "/calendar", get_calendar, Etag::yes},

    {"GET", WEFT_DAG "/dagRuns", get_dag_runs},
    {"POST", WEFT_DAG "/dagRuns", trigger_dag_run},
    {"POST", WEFT_DAG "/dagRuns/list", get_dag_runs_batch},
    {"GET", WEFT_RUN, get_dag_run, Etag::yes},
    {"PATCH", WEFT_RUN, patch_dag_run},
    {"DELETE", WEFT_RUN, delete_dag_run},
    {"POST", WEFT_RUN "/cancel", cancel_dag_run},
    {"POST", WEFT_RUN "/clear", clear_dag_run},
    {"GET", WEFT_RUN "/wait", wait_dag_run},
    {"GET", WEFT_RUN "/why", explain_run},
    {"GET", WEFT_RUN "/gantt", get_gantt, Etag::yes},

    {"POST", WEFT_DAG "/clearTaskInstances", clear_task_instances},
    {"GET", WEFT_RUN "/taskInstances", get_task_instances},
    {"PATCH", WEFT_RUN "/taskInstances", patch_task_instances},
    {"POST", WEFT_RUN "/taskInstances/list", get_task_instances_batch},
    {"GET", WEFT_TASK, get_task_instance, Etag::yes},
    {"PATCH", WEFT_TASK, patch_task_instance},
    {"PATCH", WEFT_TASK "/dry_run", patch_task_instance_dry_run},
    {"POST", WEFT_TASK "/cancel", cancel_task_instance},
    {"GET", WEFT_TASK "/listMapped", get_mapped_task_instances},
    {"GET", WEFT_TASK "/tries", get_tries},
    {"GET", WEFT_TASK "/tries/{task_try_number}", get_try},
    {"GET", WEFT_TASK "/why", explain_task},
    {"GET", WEFT_TASK "/dependencies", get_dependencies},
    {"GET", WEFT_TASK "/logs/{try_number}", get_log},
    {"GET", WEFT_TASK "/xcomEntries", get_xcom_entries},
    {"GET", WEFT_TASK "/xcomEntries/{xcom_key}", get_xcom_entry},
    {"GET", WEFT_TASK "/{map_index}", get_task_instance, Etag::yes},
    {"PATCH", WEFT_TASK "/{map_index}", patch_task_instance},
    {"PATCH", WEFT_TASK "/{map_index}/dry_run", patch_task_instance_dry_run},
    {"POST", WEFT_TASK "/{map_index}/cancel", cancel_task_instance},
    {"GET", WEFT_TASK "/{map_index}/tries", get_tries},
    {"GET", WEFT_TASK "/{map_index}/tries/{task_try_number}", get_try},
    {"GET", WEFT_RUN "/hitlDetails", get_hitl_details},
    {"GET", WEFT_TASK "/{map_index}/hitlDetails", get_hitl_detail},
    {"PATCH", WEFT_TASK "/{map_index}/hitlDetails", update_hitl_detail},
    {"GET", WEFT_TASK "/{map_index}/why", explain_task},
    {"GET", WEFT_TASK "/{map_index}/dependencies", get_dependencies},

    {"GET", "/api/v2/backfills", get_backfills},
    {"POST", "/api/v2/backfills", create_backfill},
    {"POST", "/api/v2/backfills/dry_run", create_backfill_dry_run},
    {"GET", "/api/v2/backfills/{backfill_id}", get_backfill},
    {"PUT", "/api/v2/backfills/{backfill_id}/pause", pause_backfill},
    {"PUT", "/api/v2/backfills/{backfill_id}/unpause", unpause_backfill},
    {"PUT", "/api/v2/backfills/{backfill_id}/cancel", cancel_backfill},

    {"GET", "/api/v2/dagSources/{dag_id}", get_dag_source},
    {"GET", "/api/v2/dagStats", get_dag_stats},
    {"GET", "/api/v2/dagTags", get_dag_tags},
    {"GET", "/api/v2/importErrors", get_import_errors},
    {"GET", "/api/v2/importErrors/{import_error_id}", get_import_error},
    {"GET", "/api/v2/jobs", get_jobs},
    {"GET", "/api/v2/jobs/{job_id}", get_job},
    {"GET", "/api/v2/pools", get_pools},
    {"POST", "/api/v2/pools", post_pool},
    {"GET", "/api/v2/pools/{pool_name}", get_pool},
    {"PATCH", "/api/v2/pools/{pool_name}", patch_pool},
    {"DELETE", "/api/v2/pools/{pool_name}", delete_pool},
    {"GET", "/api/v2/workers", get_workers},
    {"GET", "/api/v2/events", get_events},
    {"GET", "/api/v2/eventLogs", get_event_logs},
    {"GET", "/api/v2/eventLogs/{event_log_id}", get_event_log},

    {"GET", "/api/v2/assets", get_assets},
    {"GET", "/api/v2/assets/aliases", get_asset_aliases},
    {"GET", "/api/v2/assets/aliases/{asset_alias_id}", get_asset_alias},
    {"GET", "/api/v2/assets/events", get_asset_events},
    {"POST", "/api/v2/assets/events", create_asset_event},
    {"GET", "/api/v2/assets/{asset_id}", get_asset},
    {"POST", "/api/v2/assets/{asset_id}/materialize", materialize_asset},
    {"GET", "/api/v2/assets/{asset_id}/queuedEvents", get_queued_asset_events},
    {"DELETE", "/api/v2/assets/{asset_id}/queuedEvents", delete_queued_asset_events},
    {"GET", WEFT_DAG "/assets/queuedEvents", get_queued_asset_events},
    {"DELETE", WEFT_DAG "/assets/queuedEvents", delete_queued_asset_events},
    {"GET", WEFT_DAG "/assets/{asset_id}/queuedEvents", get_queued_asset_event},
    {"DELETE", WEFT_DAG "/assets/{asset_id}/queuedEvents", delete_queued_asset_events},
    {"GET", WEFT_RUN "/upstreamAssetEvents", get_upstream_asset_events},

    {"GET", "/api/v2/monitor/health", get_health},
    {"GET", "/api/v2/version", get_version},
    {"GET", "/healthz", get_healthz},
    {"GET", "/readyz", get_readyz},
    {"GET", "/openapi.json", get_openapi},
    {"GET", "/schemas/dag/v1.json", get_dag_schema},
};
// clang-format on

}  // namespace

std::span<const Route> route_table() {
  return routes;
}

}  // namespace weft::api
