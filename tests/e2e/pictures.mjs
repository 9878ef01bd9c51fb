/**
 * The pictures of docs/images, from a living system: `npm --prefix web run pictures`.
 *
 * Starts WEFT_BINARY (build/weft unless given) on the examples and a few DAGs of a shop, waits until
 * there is a history, and takes the main views in light and dark. E2E_PAGE as in run.mjs.
 * PICTURES=DIR writes elsewhere.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium, openBrowser } from "./browser.mjs";
import { breakOne, editOrders, writeDemoDags } from "./demo-dags.mjs";
import { call, done, pageOf, until } from "./people.mjs";
import { smaller } from "./png.mjs";
import { startWeft } from "./weft.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TARGET = process.env.PICTURES ?? join(ROOT, "docs", "images");
const MOST_BYTES = 120_000;
const MOST_IN_ALL = 1_500_000;
const DAYS = 40;
const exact = true;

const day = (ago) => {
  const date = new Date(Date.now() - ago * 86_400_000);
  return `${date.toISOString().slice(0, 10)}T00:00:00Z`;
};
const runPath = (dag, run) => `/dags/${dag}/runs/${encodeURIComponent(run)}`;
const newest = (weft, dag, query = "") =>
  call(weft, "GET", `/dags/${dag}/dagRuns?order_by=-id&limit=1${query}`).then(
    ({ body }) => body.dag_runs[0]?.dag_run_id,
  );

/** History, a failure, a question, work under way; gives the runs that are shown. */
async function live(weft, dags) {
  const there = ({ dags: list }) => list.some(({ dag_id }) => dag_id === "stock_sync");
  await until(weft, "/dags?limit=100", there, "the DAGs");
  const backfill = async (dag_id, days) => {
    const { id } = await done(weft, "POST", "/backfills", {
      dag_id,
      from_date: day(days),
      to_date: day(1),
      max_active_runs: 4,
    });
    await until(
      weft,
      `/backfills/${id}`,
      (now) => now.completed_at !== null,
      `backfill of ${dag_id}`,
    );
  };
  await done(weft, "PATCH", "/dags/dashboards", { is_paused: false });
  await backfill("orders_daily", DAYS);
  editOrders(dags);
  await until(
    weft,
    "/dags/orders_daily/dagVersions",
    ({ total_entries: count }) => count > 1,
    "the second version",
  );
  await backfill("customers_hourly", 2);
  await done(weft, "POST", "/dags/invoices_monthly/dagRuns", {});
  await done(weft, "POST", "/dags/stock_sync/dagRuns", {});
  await done(weft, "POST", "/pools", {
    name: "warehouse_db",
    slots: 6,
    description: "Connections",
  });
  breakOne(dags);
  await until(weft, "/importErrors", ({ total_entries: count }) => count > 0, "the import error");
  const active = "/dags/~/dagRuns?state=running&limit=100";
  await until(weft, active, ({ dag_runs: runs }) => runs.length < 6, "calm");
  return {
    failed: await newest(weft, "orders_daily", "&state=failed"),
    invoices: await newest(weft, "invoices_monthly"),
    stock: await newest(weft, "stock_sync"),
  };
}

const region = (name) => (page) => page.getByRole("region", { name });
const button = (name) => (page) => page.getByRole("button", { name, exact }).first();

/** [name, path, what is there when it is drawn, what is done before] */
const shots = (runs) => [
  ["first-minute", "/", (page) => page.getByText(/successful, \d+ failed$/)],
  [
    "home",
    "/",
    (page) => page.getByText(/successful, \d+ failed$/),
    (page) => button("Hide this")(page).click(),
  ],
  ["dags", "/dags", (page) => page.locator(".dag-row").nth(8)],
  ["grid", "/dags/orders_daily", (page) => page.locator("[role=grid] [aria-colindex]")],
  ["graph", "/dags/orders_daily/graph", (page) => page.locator(".graph-task").nth(4)],
  ["gantt", "/dags/orders_daily/gantt", (page) => page.getByRole("link", { name: /^merge,/ })],
  ["calendar", "/dags/orders_daily/calendar", (page) => page.locator(".cal-day").first()],
  ["run", runPath("orders_daily", runs.failed), region("First failed task")],
  [
    "log",
    `${runPath("stock_sync", runs.stock)}/tasks/sync`,
    (page) => page.getByRole("log").getByText(/shop 400:/),
  ],
  [
    "trigger",
    "/dags/orders_daily",
    (page) => page.getByLabel("Params (JSON)"),
    (page) => button("Trigger orders_daily")(page).click(),
  ],
  [
    "backfill",
    "/dags/orders_daily/backfills",
    (page) => page.getByText(/^\d+ dates$/),
    async (page) => {
      await button("New backfill")(page).click();
      await page.getByLabel("First logical date (Europe/Berlin)").fill(day(12).slice(0, 10));
      await page.getByLabel("Last logical date (Europe/Berlin)").fill(day(1).slice(0, 10));
      await page.getByLabel("Run again those that failed").check();
      await button("Preview")(page).click();
    },
  ],
  ["approval", `${runPath("invoices_monthly", runs.invoices)}/tasks/approve`, region("Approval")],
  ["versions", "/dags/orders_daily/versions", (page) => page.getByText("retry_delay").first()],
  ["lineage", "/lineage", (page) => page.getByRole("link", { name: "dashboards" }).first()],
  [
    "import-errors",
    "/import-errors",
    (page) => page.getByRole("heading", { name: "prices.dag.json" }),
  ],
];

async function take(page, runs) {
  let all = 0;
  for (const [name, path, drawn, prepare] of shots(runs)) {
    await page.goto(path);
    await prepare?.(page);
    await drawn(page).first().waitFor();
    await page
      .getByText(/^Loading|^…$/)
      .first()
      .waitFor({ state: "hidden" });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Two frames: what is drawn on canvas is drawn again for the theme.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      const png = smaller(await page.screenshot());
      writeFileSync(join(TARGET, `${name}-${colorScheme}.png`), png);
      console.log(`${name}-${colorScheme}.png: ${png.length} bytes`);
      if (png.length > MOST_BYTES) throw new Error(`${name} is larger than ${MOST_BYTES} bytes`);
      all += png.length;
    }
  }
  console.log(`${all} bytes in all`);
  if (all > MOST_IN_ALL) throw new Error(`the pictures have more than ${MOST_IN_ALL} bytes`);
}

const chromium = findChromium();
if (!chromium) throw new Error("no Chromium found (apt install chromium, or set CHROMIUM)");
const folder = mkdtempSync(join(tmpdir(), "weft-pictures-"));
mkdirSync(TARGET, { recursive: true });
writeDemoDags(join(folder, "dags"));
let weft;
let browser;
try {
  weft = await startWeft(process.env.WEFT_BINARY ?? join(ROOT, "build", "weft"), folder);
  const runs = await live(weft, join(folder, "dags"));
  browser = await openBrowser(chromium, weft.url, folder);
  const size = { viewport: { width: 1440, height: 900 }, timezoneId: "Europe/Berlin" };
  const { page } = await pageOf({ weft, open: browser.open }, "admin", size);
  page.setDefaultTimeout(300_000); // a machine that does other things, too
  await take(page, runs);
} finally {
  await browser?.close();
  await weft?.stop();
  rmSync(folder, { recursive: true, force: true });
}
