/**
 * What takes which role: the controls of the pages, and the requests that they send. The requests
 * change nothing that a later step looks at, whoever is allowed to send them.
 */

const RANK = { viewer: 1, operator: 2, editor: 3, admin: 4 };
export const reaches = (role, needed) => (RANK[role] ?? 0) >= RANK[needed];

const run = (dag, id) => `/dags/${dag}/runs/${encodeURIComponent(id)}`;
const api = (dag, id) => `/dags/${dag}/dagRuns/${encodeURIComponent(id)}`;

/** [kind, name, role]; `name` in full. */
const buttons = (role, ...names) => names.map((name) => ["button", name, role]);

/** Per page: its path, and its controls. */
export const controlsOf = (scene) => [
  ["/", [...buttons("operator", "Hold everything …"), ["checkbox", "Select all", "operator"]]],
  [
    "/dags?q=scene_fails",
    [...buttons("operator", "Trigger scene_fails"), ["switch", "Pause scene_fails", "operator"]],
  ],
  [
    "/dags/scene_fails",
    [...buttons("operator", "Trigger scene_fails"), ["switch", "Pause scene_fails", "operator"]],
  ],
  ["/dags/scene_daily/backfills", buttons("operator", "New backfill", "Pause", "Cancel")],
  [
    run("scene_fails", scene.failed),
    buttons(
      "operator",
      "Clear run",
      "Mark run as success",
      "Clear task",
      "Mark task as success",
      "Run again with other params",
      "Delete",
      "Acknowledge",
      "Add a note",
    ),
  ],
  [run("scene_daily", scene.stuck), buttons("operator", "Cancel run", "Mark run as failed")],
  [`${run("scene_fails", scene.failed)}/tasks/check`, buttons("operator", "Clear", "Mark as …")],
  [`${run("scene_daily", scene.stuck)}/tasks/work`, buttons("operator", "Cancel")],
  [
    `${run("scene_fails", scene.failed)}/tasks/count?tab=outputs`,
    buttons("operator", "Add an output", "Correct counted", "Delete counted?"),
  ],
  [`${run("scene_asks", scene.asks)}/tasks/ask`, buttons("operator", "yes", "Reject")],
  [`/asset/${scene.asset}`, buttons("operator", "Create event", "Materialize")],
  ["/pools", buttons("editor", "Add pool", "Edit: scene_pool", "Delete: scene_pool")],
  [
    "/variables",
    [
      ...buttons("editor", "Import", "Add variable"),
      ...buttons("editor", "Edit: scene_variable", "Delete: scene_variable"),
      ...buttons("viewer", "Export"),
    ],
  ],
  [
    "/connections",
    buttons("editor", "Add connection", "Edit: scene_connection", "Delete: scene_connection"),
  ],
  ["/tokens", buttons("viewer", "Create token")],
  ["/account", []],
  ["/import-errors", []],
  ["/workers", buttons("operator", "Drain local")],
];

/** Pages that are closed to whoever lacks the role: they say which one. */
export const closedPages = [
  ["/users", "admin", /This page needs the role admin/],
  ["/audit", "operator", /needs the role operator/],
  ["/dags/scene_fails/events", "operator", /role operator/],
];

/** [role, method, path below /api/v2, body] */
export const requestsOf = (scene) => {
  const failed = api("scene_fails", scene.failed);
  const check = `${failed}/taskInstances/check`;
  const range = { from_date: "2026-01-05T00:00:00Z", to_date: "2026-01-04T00:00:00Z" };
  return [
    ["operator", "PATCH", "/dags/scene_fails", { is_paused: false }],
    ["operator", "POST", "/dags/scene_fails/dagRuns", { conf: { pieces: "none" } }],
    [
      "operator",
      "POST",
      "/dags/scene_fails/clearTaskInstances",
      { dry_run: true, dag_run_id: scene.failed, task_ids: ["check"] },
    ],
    ["operator", "PATCH", failed, { state: "no such state" }],
    ["operator", "DELETE", api("scene_fails", "no_such_run")],
    ["operator", "POST", `${failed}/clear`, { dry_run: true }],
    ["operator", "POST", `${api("scene_fails", "no_such_run")}/cancel`, {}],
    ["operator", "PATCH", `${check}/dry_run`, { new_state: "success" }],
    ["operator", "PATCH", check, { new_state: "no such state" }],
    ["operator", "POST", `${failed}/taskInstances/no_such_task/cancel`, {}],
    ["operator", "POST", `${failed}/taskInstances/count/xcomEntries`, { key: "", value: 1 }],
    ["operator", "DELETE", `${failed}/taskInstances/count/xcomEntries/no_such_key`],
    [
      "operator",
      "PATCH",
      `${api("scene_asks", scene.asks)}/taskInstances/ask/-1/hitlDetails`,
      { chosen_options: ["no such option"] },
    ],
    ["operator", "POST", "/backfills/dry_run", { dag_id: "scene_daily", ...range }],
    ["operator", "POST", "/backfills", { dag_id: "scene_daily", ...range }],
    ["operator", "PUT", `/backfills/${scene.backfill}/unpause`, {}],
    ["operator", "POST", "/assets/events", { asset_id: 999_999 }],
    ["operator", "POST", `/assets/${scene.asset}/materialize`, { conf: "no object" }],
    ["operator", "DELETE", "/dags/scene_makes/assets/queuedEvents"],
    ["operator", "GET", "/eventLogs?limit=1"],
    ["operator", "PATCH", "/workers/no_such_worker", { is_drained: true }],
    ["editor", "DELETE", "/dags/scene_goes"],
    ["editor", "POST", "/pools", { name: "", slots: 1 }],
    ["editor", "PATCH", "/pools/scene_pool", { slots: 2 }],
    ["editor", "DELETE", "/pools/no_such_pool"],
    ["editor", "POST", "/variables", { key: "", value: "1" }],
    ["editor", "PATCH", "/variables/no_such_variable", { value: "1" }],
    ["editor", "DELETE", "/variables/no_such_variable"],
    ["editor", "POST", "/connections", { connection_id: "", conn_type: "http" }],
    ["editor", "PATCH", "/connections/no_such_connection", { host: "erp.example.com" }],
    ["editor", "DELETE", "/connections/no_such_connection"],
    ["admin", "GET", "/users"],
    ["admin", "POST", "/users", { username: "" }],
    ["admin", "PATCH", "/users/scene_viewer", { role: "admin" }],
    ["admin", "DELETE", "/users/no_such_user"],
    ["admin", "POST", "/workers/joinTokens", {}],
    ["admin", "DELETE", "/workers/no_such_worker/key"],
  ];
};
