/** A DAG with a past, in the server's place: for the tests of the DAG's page. */

import { HttpResponse, http } from "msw";
import type { components } from "@/api/schema.gen";
import { run } from "./fixtures";
import { api } from "./server";

type Schemas = components["schemas"];

export const SOURCE = `{
  "description": "Says hello",
  "runbook_url": "https://runbooks.example.com/hello",
  "tasks": [
    {"task_id": "extract", "command": "true"},
    {"task_id": "stage", "group": "load", "retries": 2}
  ]
}
`;

const row = (
  id: string,
  parent: string | null,
  more: Partial<Schemas["GridRow"]> = {},
): Schemas["GridRow"] => ({
  id,
  type: "task",
  label: id,
  parent,
  operator: "shell",
  is_mapped: false,
  is_current: true,
  ...more,
});

const gridRun = (day: number, more: Partial<Schemas["GridRun"]>): Schemas["GridRun"] => ({
  dag_run_id: `scheduled__2026-01-0${day}`,
  run_type: "scheduled",
  state: "success",
  version_number: 1,
  logical_date: `2026-01-0${day}T05:00:00Z`,
  run_after: `2026-01-0${day}T05:00:00Z`,
  queued_at: `2026-01-0${day}T05:00:00Z`,
  start_date: `2026-01-0${day}T05:00:00Z`,
  end_date: `2026-01-0${day}T05:00:30Z`,
  cells: "ssss",
  mapped: { "2": { s: 3 } },
  ...more,
});

export const GRID: Schemas["GridResponse"] = {
  dag_id: "hello",
  version_number: 1,
  rows: [
    row("extract", null),
    row("load", null, { type: "group", operator: null }),
    row("stage", "load", { is_mapped: true }),
    row("report", null),
  ],
  runs: [
    gridRun(3, { state: "failed", cells: "sffu", mapped: { "2": { s: 2, f: 1 } } }),
    gridRun(2, { run_type: "manual" }),
    gridRun(1, {}),
  ],
  next_before: null,
};

const node = (
  id: string,
  x: number,
  more: Partial<Schemas["GraphNode"]> = {},
): Schemas["GraphNode"] => ({
  id,
  type: "task",
  label: id,
  parent: null,
  operator: "shell",
  trigger_rule: "all_success",
  is_mapped: false,
  is_setup: false,
  is_teardown: false,
  is_collapsed: false,
  task_count: 1,
  tooltip: null,
  x,
  y: 24,
  width: 112,
  height: 44,
  ...more,
});

export const GRAPH: Schemas["GraphResponse"] = {
  dag_id: "hello",
  version_number: 1,
  width: 700,
  height: 100,
  nodes: [
    node("extract", 24),
    node("load", 180, { type: "group", operator: null, trigger_rule: null }),
    node("stage", 196, { parent: "load", is_mapped: true }),
    node("report", 400, { trigger_rule: "all_done" }),
  ],
  edges: [
    {
      source: "extract",
      target: "stage",
      kind: "branch",
      label: "params.full",
      points: [
        [136, 46],
        [196, 46],
      ],
    },
    {
      source: "load",
      target: "report",
      kind: "dependency",
      label: null,
      points: [
        [330, 46],
        [400, 46],
      ],
    },
  ],
  total_edges: 2,
};

const bar = (
  task_id: string,
  more: Partial<Schemas["GanttTaskInstance"]> = {},
): Schemas["GanttTaskInstance"] => ({
  task_id,
  task_display_name: task_id,
  task_group_id: null,
  map_index: -1,
  state: "success",
  try_number: 1,
  scheduled_when: "2026-01-03T05:00:00Z",
  queued_when: "2026-01-03T05:00:00Z",
  start_date: "2026-01-03T05:00:02Z",
  end_date: "2026-01-03T05:00:12Z",
  is_critical: false,
  tries: [],
  ...more,
});

export const GANTT: Schemas["GanttResponse"] = {
  dag_id: "hello",
  dag_run_id: "scheduled__2026-01-03",
  state: "failed",
  queued_at: "2026-01-03T05:00:00Z",
  start_date: "2026-01-03T05:00:00Z",
  end_date: "2026-01-03T05:00:30Z",
  task_instances: [
    bar("extract", { is_critical: true }),
    bar("stage", { map_index: 1, state: "failed" }),
  ],
  critical_path: [
    {
      task_id: "extract",
      map_index: -1,
      state: "success",
      scheduled_when: null,
      start_date: "2026-01-03T05:00:02Z",
      end_date: "2026-01-03T05:00:12Z",
    },
  ],
  total_entries: 2,
};

export const BACKFILL: Schemas["BackfillResponse"] = {
  completed_at: null,
  created_at: "2026-01-05T00:00:00Z",
  dag_display_name: "hello",
  dag_id: "hello",
  dag_run_conf: null,
  from_date: "2026-01-01T00:00:00Z",
  id: 7,
  include_downstream: false,
  is_paused: false,
  max_active_runs: 2,
  progress: { failed: 1, left_alone: 0, queued: 0, remaining: 1, running: 1, success: 1, total: 4 },
  reason: null,
  reprocess_behavior: "failed",
  run_backwards: false,
  run_on_latest_version: false,
  state: "running",
  task_ids: [],
  to_date: "2026-01-04T00:00:00Z",
  updated_at: "2026-01-05T00:00:00Z",
};

const version = (version_number: number): Schemas["DagVersionResponse"] => ({
  id: `01900000-0000-7000-8000-00000000000${version_number}`,
  version_number,
  dag_id: "hello",
  dag_display_name: "hello",
  bundle_name: "dags",
  bundle_url: null,
  bundle_version: null,
  created_at: "2026-01-01T00:00:00Z",
});

const DAG = "/dags/hello";

export const dagWorld = [
  http.get(api("/users/me"), () =>
    HttpResponse.json({
      username: "ada",
      display_name: null,
      role: "admin",
      grants: [],
      has_password: true,
      token_id: "t",
    }),
  ),
  http.get(api(`${DAG}/why`), () => HttpResponse.json({ state: null, reasons: [] })),
  http.get(api(`${DAG}/grid`), () => HttpResponse.json(GRID)),
  http.get(api(`${DAG}/graph`), () => HttpResponse.json(GRAPH)),
  http.get(api(`${DAG}/calendar`), ({ request }) => {
    const query = new URL(request.url).searchParams;
    return HttpResponse.json({
      dag_id: "hello",
      timezone: "UTC",
      granularity: query.get("granularity"),
      from: query.get("from"),
      to: query.get("to"),
      buckets: [],
      planned_until: null,
    });
  }),
  http.get(api(`${DAG}/dagRuns`), () =>
    HttpResponse.json({
      dag_runs: [run({ state: "failed" }), run({ dag_run_id: "scheduled__2026-01-02" })],
      total_entries: 2,
    }),
  ),
  http.get(api(`${DAG}/dagRuns/:runId/gantt`), () => HttpResponse.json(GANTT)),
  http.get(api(`${DAG}/dagVersions`), () =>
    HttpResponse.json({ dag_versions: [version(2), version(1)], total_entries: 2 }),
  ),
  http.get(api("/dagSources/hello"), ({ request }) => {
    const first = new URL(request.url).searchParams.get("version_number") === "1";
    return HttpResponse.json({
      dag_id: "hello",
      dag_display_name: "hello",
      content: first ? SOURCE.replace('"retries": 2', '"retries": 1') : SOURCE,
      version_number: first ? 1 : 2,
    });
  }),
  http.get("http://weft.test/schemas/dag/v1.json", () =>
    HttpResponse.json({
      type: "object",
      properties: {
        description: { description: "One line about the DAG.", type: "string", maxLength: 65536 },
      },
    }),
  ),
  http.get(api("/dagWarnings"), () => HttpResponse.json({ dag_warnings: [], total_entries: 0 })),
  http.get(api("/backfills"), () => HttpResponse.json({ backfills: [BACKFILL], total_entries: 1 })),
  http.get(api("/eventLogs"), () =>
    HttpResponse.json({
      event_logs: [
        {
          dag_display_name: "hello",
          dag_id: "hello",
          event: "pause",
          event_log_id: 1,
          extra: null,
          logical_date: null,
          map_index: null,
          owner: "ada",
          run_id: null,
          task_display_name: null,
          task_id: null,
          try_number: null,
          when: "2026-01-01T00:00:00Z",
        },
      ],
      total_entries: 1,
    }),
  ),
];
