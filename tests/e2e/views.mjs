/**
 * Every view of the page: the route that router.tsx has for it, where it is, when it is there, and
 * what one comes to do. What is missing here fails a step.
 */

import { readFileSync } from "node:fs";
import { LONG_DAG } from "./scene-dags.mjs";

const exact = true;
const run = (dag, id) => `/dags/${dag}/runs/${encodeURIComponent(id)}`;
const text = (words) => (page) => page.getByText(words).first();
const heading = (name) => (page) => page.getByRole("heading", { name, exact });
const button = (name) => (page) => page.getByRole("button", { name, exact }).first();
const link = (name) => (page) => page.getByRole("link", { name, exact }).first();
const field = (name) => (page) => page.getByLabel(name, { exact });

/** The last of a mapped DAG's task ids, which fails. */
const longTask = (kind) => `${kind}_${LONG_DAG.split(".")[1]}`;

/** Of the DAG whose names are as long as they may be. */
const dagTab = (route, ready, actions = []) => ({
  route: `/dags/$dagId${route}`,
  path: () => `/dags/${LONG_DAG}${route}`,
  ready,
  actions: [button(`Trigger ${LONG_DAG}`), ...actions],
});

const dagViews = [
  dagTab("/", (page) => page.locator("[role=grid] [aria-colindex]"), [field("Search tasks")]),
  dagTab("/graph", (page) => page.locator(".graph-task").first(), [button("List")]),
  dagTab("/gantt", (page) => page.getByRole("link", { name: /^list_.*, Success/ }).first()),
  dagTab("/calendar", (page) => page.locator(".cal-day[aria-current=date]")),
  dagTab("/runs", (page) => page.getByRole("link", { name: /^manual__/ }).first()),
  dagTab("/tasks", (page) => page.getByRole("button", { name: /^Durations of list_/ })),
  dagTab("/versions", text("active")),
  dagTab("/code", (page) => page.getByRole("button", { name: '"tasks"', exact })),
  {
    ...dagTab("/backfills", (page) => page.getByText("Running", { exact }).first()),
    path: () => "/dags/scene_daily/backfills",
    actions: [button("New backfill"), button("Pause"), button("Cancel")],
  },
  dagTab("/details", text("Tasks at once, per run")),
  dagTab("/events", (page) => page.getByRole("columnheader", { name: "Who" })),
];

const TASK = "/dags/$dagId/runs/$runId/tasks/$taskId";

const runViews = [
  {
    name: "run-failed",
    route: "/dags/$dagId/runs/$runId",
    path: (scene) => run(LONG_DAG, scene.long),
    ready: (page) => page.getByRole("region", { name: "First failed task" }).getByRole("link"),
    actions: [
      "Clear run",
      "Clear task",
      "Acknowledge",
      "Add a note",
      "Delete",
      "Run again with other params",
    ].map((name) => button(name)),
  },
  {
    name: "run-running",
    route: "/dags/$dagId/runs/$runId",
    path: (scene) => run("scene_daily", scene.stuck),
    ready: (page) => page.getByRole("cell", { name: "Running", exact }),
    actions: [button("Cancel run"), button("Mark run as success")],
  },
  {
    name: "task-log",
    route: TASK,
    path: (scene) => `${run(LONG_DAG, scene.long)}/tasks/${longTask("list")}`,
    ready: (page) => page.getByRole("log").getByText("a_name_that").first(),
    actions: [
      button("Clear"),
      button("Mark as …"),
      button("Download"),
      field("Search the log"),
      link("Details"),
    ],
  },
  {
    name: "task-outputs",
    route: TASK,
    path: (scene) => `${run(LONG_DAG, scene.long)}/tasks/${longTask("list")}?tab=outputs`,
    ready: (page) => page.getByRole("row", { name: /shops/ }),
    actions: [button("Add an output")],
  },
  {
    name: "task-details",
    route: TASK,
    path: (scene) => `${run(LONG_DAG, scene.long)}/tasks/${longTask("list")}?tab=details`,
    ready: text("Outcome of the try"),
    actions: [],
  },
  {
    name: "task-mapped",
    route: TASK,
    path: (scene) => `${run(LONG_DAG, scene.long)}/tasks/${longTask("map")}`,
    ready: text("3 instances"),
    actions: [],
  },
  {
    name: "task-approval",
    route: TASK,
    path: (scene) => `${run("scene_asks", scene.asks)}/tasks/ask`,
    ready: heading("Go on?"),
    actions: [button("yes"), button("Reject")],
  },
];

const list = (route, ready, actions, query = "") => ({
  route,
  path: () => `${route}${query}`,
  ready,
  actions,
});

export const views = [
  {
    ...list("/", (page) => page.getByRole("region", { name: "Health" }).getByText(/online/), [
      button("Hold everything …"),
      field("Select all"),
    ]),
    name: "home",
  },
  list("/dags", link("scene_fails"), [button("Trigger scene_fails"), field("Search DAGs")]),
  ...dagViews,
  ...runViews,
  list("/import-errors", heading("broken.dag.json"), [text("Check a file")]),
  list(
    "/pools",
    (page) =>
      page
        .getByRole("region", { name: /default_pool/ })
        .getByText("scene_daily")
        .first(),
    [button("Add pool"), button("Edit: scene_pool"), button("Delete: scene_pool")],
    "?show=default_pool",
  ),
  list("/workers", (page) => page.getByRole("columnheader", { name: "Slots in use" }), [
    text("How to add a worker"),
  ]),
  list("/assets", link("file:///scene/made"), [field("Search names and uris")]),
  list("/lineage", (page) => page.getByRole("link", { name: "scene_reads" }).first(), [
    button("Zoom in"),
  ]),
  {
    route: "/asset/$assetId",
    path: (scene) => `/asset/${scene.asset}`,
    ready: (page) =>
      page
        .getByRole("region", { name: "Events" })
        .getByRole("link", { name: "scene_makes / make" }),
    actions: [button("Create event"), button("Materialize")],
  },
  list("/variables", (page) => page.getByRole("rowheader", { name: "scene_variable" }), [
    button("Add variable"),
    button("Import"),
    button("Export"),
    button("Edit: scene_variable"),
    button("Delete: scene_variable"),
  ]),
  list("/connections", (page) => page.getByRole("rowheader", { name: /scene_connection/ }), [
    button("Add connection"),
    button("Edit: scene_connection"),
    button("Delete: scene_connection"),
  ]),
  list("/users", (page) => page.getByRole("rowheader", { name: "scene_dag" }), [
    button("Add user"),
    button("Edit: scene_dag"),
    button("Delete: scene_dag"),
  ]),
  list("/tokens", (page) => page.getByRole("rowheader", { name: /onerror/ }), [
    button("Create token"),
  ]),
  list("/account", text("weft whoami"), [field("New password")]),
  list("/audit", (page) => page.getByRole("button", { name: "create_user" }).first(), [
    field("Event"),
  ]),
].map((view) => ({
  name: view.route
    .replace(/\$\w+/g, "")
    .replace(/[^a-z]+/g, "-")
    .replace(/^-|-$/g, ""),
  ...view,
}));

/** Waits until the view is there, with its data. */
export async function show(page, view, scene) {
  await page.goto(view.path(scene));
  await view.ready(page).waitFor();
}

/** The paths of all routes that router.tsx makes, below each other as they stand there. */
export function routesOf(source) {
  const parts = new Map();
  const made =
    /const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*(?:path: "([^"]*)")?/g;
  for (const [, name, parent, path] of source.matchAll(made)) parts.set(name, { parent, path });
  const full = (name) => {
    const part = parts.get(name);
    if (!part) return "";
    return `${full(part.parent)}${part.path ?? ""}`;
  };
  const parents = new Set([...parts.values()].map(({ parent }) => parent));
  return [...parts]
    .filter(([name, { path }]) => path !== undefined && !parents.has(name))
    .map(([name]) => full(name));
}

export const routerSource = () =>
  readFileSync(new URL("../../web/src/router.tsx", import.meta.url), "utf8");
