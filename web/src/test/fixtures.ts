/** Answers as the server gives them, whole, so that the types hold the tests to the contract. */

import type { Asset } from "@/api/assets";
import type { Me } from "@/api/rights";
import type {
  Dag,
  DagDetails,
  DagRun,
  Pool,
  RunBar,
  Task,
  TaskInstance,
  TaskTry,
  Worker,
} from "@/api/types";

const VERSION = {
  id: "01900000-0000-7000-8000-000000000001",
  version_number: 1,
  dag_id: "hello",
  dag_display_name: "hello",
  bundle_name: "dags",
  bundle_url: null,
  bundle_version: null,
  created_at: "2026-01-01T00:00:00Z",
};

export const minutesAgo = (minutes: number) =>
  new Date(Date.now() - minutes * 60_000).toISOString();

export function dag(more: Partial<Dag> = {}): Dag {
  const id = more.dag_id ?? "hello";
  return {
    allowed_run_types: null,
    bundle_name: "dags",
    bundle_version: null,
    dag_display_name: id,
    dag_id: id,
    description: "Says hello",
    file_token: "aGVsbG8",
    fileloc: `/dags/${id}.dag.json`,
    has_import_errors: false,
    has_task_concurrency_limits: false,
    is_paused: false,
    is_stale: false,
    last_expired: null,
    last_parse_duration: null,
    last_parsed_time: null,
    max_active_runs: 16,
    max_active_tasks: 16,
    max_consecutive_failed_dag_runs: 0,
    next_dagrun_data_interval_end: null,
    next_dagrun_data_interval_start: null,
    next_dagrun_logical_date: null,
    next_dagrun_run_after: null,
    owners: [],
    relative_fileloc: `${id}.dag.json`,
    tags: [],
    timetable_description: null,
    timetable_partitioned: false,
    timetable_summary: "0 2 * * *",
    ...more,
  };
}

export function details(more: Partial<DagDetails> = {}): DagDetails {
  return {
    ...dag({ dag_id: more.dag_id ?? "hello" }),
    active_runs_count: 0,
    asset_expression: null,
    catchup: false,
    concurrency: 16,
    dag_run_timeout: null,
    default_args: null,
    doc_md: null,
    end_date: null,
    is_favorite: false,
    is_paused_upon_creation: null,
    last_parsed: null,
    latest_dag_version: VERSION,
    owner_links: null,
    params: {},
    render_template_as_native_obj: false,
    runbook_url: null,
    start_date: null,
    template_search_path: null,
    timezone: "UTC",
    ...more,
  };
}

export function run(more: Partial<DagRun> = {}): DagRun {
  return {
    bundle_version: null,
    conf: {},
    dag_display_name: "hello",
    dag_id: "hello",
    dag_run_id: "manual__2026-01-01T00:00:00+00:00",
    dag_versions: [VERSION],
    data_interval_end: null,
    data_interval_start: null,
    duration: 3,
    end_date: "2026-01-01T00:00:03Z",
    failed_tasks: 0,
    last_scheduling_decision: null,
    logical_date: "2026-01-01T00:00:00Z",
    note: null,
    partition_key: null,
    queued_at: "2026-01-01T00:00:00Z",
    reason: null,
    run_after: "2026-01-01T00:00:00Z",
    run_type: "manual",
    start_date: "2026-01-01T00:00:00Z",
    state: "success",
    triggered_by: "rest_api",
    triggering_user_name: "admin",
    ...more,
  };
}

export function runBar(more: Partial<RunBar> = {}): RunBar {
  const { dag_id, dag_run_id, run_type, state, logical_date, run_after } = run();
  const { queued_at, start_date, end_date, duration } = run();
  const bar = { dag_id, dag_run_id, run_type, state, logical_date, run_after };
  return { ...bar, queued_at, start_date, end_date, duration, ...more };
}

export function instance(more: Partial<TaskInstance> = {}): TaskInstance {
  const id = more.task_id ?? "greet";
  return {
    dag_display_name: "hello",
    dag_id: "hello",
    dag_run_id: "manual__2026-01-01T00:00:00+00:00",
    dag_version: VERSION,
    duration: 1.5,
    end_date: "2026-01-01T00:00:02Z",
    executor: null,
    executor_config: "{}",
    hostname: "worker-1",
    id: `01900000-0000-7000-8000-${id.padEnd(12, "0").slice(0, 12)}`,
    logical_date: "2026-01-01T00:00:00Z",
    map_index: -1,
    max_tries: 0,
    next_retry_at: null,
    note: null,
    operator: "shell",
    operator_name: "shell",
    pid: null,
    pool: "default_pool",
    pool_slots: 1,
    priority_weight: 1,
    queue: "default",
    queued_when: null,
    reason: null,
    rendered_fields: {},
    rendered_map_index: null,
    run_after: "2026-01-01T00:00:00Z",
    scheduled_when: null,
    start_date: "2026-01-01T00:00:00Z",
    state: "success",
    task_display_name: id,
    task_id: id,
    try_number: 1,
    unixname: null,
    ...more,
  };
}

export function attempt(more: Partial<TaskTry> = {}): TaskTry {
  return {
    cpu_seconds: 0.1,
    dag_display_name: "hello",
    dag_id: "hello",
    dag_run_id: "manual__2026-01-01T00:00:00+00:00",
    dag_version: VERSION,
    duration: 1.5,
    end_date: "2026-01-01T00:00:02Z",
    error: null,
    executor: null,
    executor_config: "{}",
    exit_code: 0,
    hostname: "worker-1",
    log_bytes: 100,
    map_index: -1,
    max_rss_kb: 2048,
    max_tries: 0,
    operator: "shell",
    operator_name: "shell",
    outcome: "success",
    pid: null,
    pool: "default_pool",
    pool_slots: 1,
    priority_weight: 1,
    queue: "default",
    queued_when: null,
    scheduled_when: null,
    signal: null,
    start_date: "2026-01-01T00:00:00Z",
    state: "success",
    task_display_name: "greet",
    task_id: "greet",
    try_number: 1,
    unixname: null,
    ...more,
  };
}

export function task(task_id: string, downstream_task_ids: string[] = []): Task {
  return {
    class_ref: null,
    depends_on_past: false,
    doc_md: null,
    downstream_task_ids,
    end_date: null,
    execution_timeout: null,
    extra_links: [],
    is_mapped: false,
    operator_name: "shell",
    owner: null,
    params: null,
    pool: "default_pool",
    pool_slots: 1,
    priority_weight: 1,
    queue: "default",
    retries: 0,
    retry_delay: null,
    retry_exponential_backoff: 1,
    start_date: null,
    task_display_name: task_id,
    task_id,
    template_fields: null,
    trigger_rule: "all_success",
    ui_color: null,
    ui_fgcolor: null,
    upstream_task_ids: [],
    wait_for_downstream: false,
    weight_rule: "downstream",
  };
}

export function worker(more: Partial<Worker> = {}): Worker {
  return {
    host: "localhost",
    is_drained: false,
    key: "valid",
    last_seen: "2026-01-01T00:00:00Z",
    name: "worker-1",
    occupied_slots: 1,
    queues: ["default"],
    registered_at: "2026-01-01T00:00:00Z",
    slots: 8,
    state: "online",
    version: "0.1.0",
    ...more,
  };
}

export function asset(more: Partial<Asset> = {}): Asset {
  const name = more.name ?? "s3://shop/orders";
  const use = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
  return {
    aliases: [],
    consuming_tasks: [],
    created_at: "2026-01-01T00:00:00Z",
    extra: {},
    group: "asset",
    id: 1,
    last_asset_event: null,
    name,
    producing_tasks: [{ dag_id: "load", task_id: "write", ...use }],
    scheduled_dags: [{ dag_id: "mart", ...use }],
    updated_at: "2026-01-01T00:00:00Z",
    uri: name,
    watchers: [],
    ...more,
  };
}

export function pool(more: Partial<Pool> = {}): Pool {
  return {
    deferred_slots: 0,
    description: null,
    include_deferred: false,
    name: "small",
    occupied_slots: 1,
    open_slots: 1,
    queued_slots: 0,
    running_slots: 1,
    scheduled_slots: 3,
    slots: 2,
    team_name: null,
    ...more,
  };
}

export function me(more: Partial<Me> = {}): Me {
  return {
    username: "admin",
    display_name: null,
    role: "admin",
    grants: [],
    has_password: true,
    token_id: "t1",
    ...more,
  };
}
