/**
 * How fast the web page is: a real browser, a real server and worker, and much to show.
 *
 * `./dev bench ui [--quick] [--rounds N] [--only NAME,NAME] [--json FILE]`
 *
 * Each figure is the best of its rounds, as others use the machine, too. A goal that is missed
 * fails nothing: exits 1 only when something could not be measured.
 * Without a Chromium it says SKIPPED. WEFT_BINARY is another server than build/weft, WEFT_PAGE a
 * folder with another page than the one that is in it (built with `vite build --base /`).
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findChromium, openBrowser } from "../e2e/browser.mjs";
import { startWeft } from "../e2e/weft.mjs";
import { makeRuns, SIZES, writeDags } from "./ui/data.mjs";
import { caller, openFeed } from "./ui/feed.mjs";
import { latencies } from "./ui/latency.mjs";
import { servePage } from "./ui/page.mjs";
import { heap, quantile, timeToShow } from "./ui/probe.mjs";
import { Table } from "./ui/table.mjs";
import { views } from "./ui/views.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    json: { type: "string" },
  },
});
const rounds = Math.max(1, Number(options.rounds) || 1);
const size = options.quick ? SIZES.quick : SIZES.full;
const wanted = (key) => !options.only || options.only.split(",").includes(key);

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.WEFT_BINARY ?? join(ROOT, "build", "weft");
const chromium = findChromium();
if (!chromium) {
  console.log("SKIPPED bench ui: no Chromium found (apt install chromium, or set CHROMIUM)");
  process.exit(0);
}
if (!existsSync(binary)) {
  console.error(`bench ui: there is no ${binary}; run ./dev build, or set WEFT_BINARY`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "weft-bench-ui-"));
const table = new Table();
const open = [];
let status = 1;
try {
  await bench();
  status = table.isWhole ? 0 : 1;
} catch (error) {
  console.error(`bench ui: ${error instanceof Error ? error.message : error}`);
} finally {
  for (const one of open.reverse()) await one();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

async function bench() {
  writeDags(join(folder, "dags"), size);
  const weft = await startWeft(binary, folder);
  open.push(() => weft.stop());
  const call = caller(weft);
  const feed = await openFeed(weft);
  await makeRuns(call, feed, size);
  feed.close();
  const served = process.env.WEFT_PAGE ? await servePage(process.env.WEFT_PAGE, weft.url) : weft;
  if (served !== weft) open.push(() => served.close());
  const browser = await openBrowser(chromium, served.url, folder);
  open.push(() => browser.close());
  await signIn(browser, weft.token);
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(
    `Chromium ${browser.context.browser().version()}, ${cpus().length} processors, ` +
      `load average ${load.join(" ")}; best of ${rounds}`,
  );
  for (const view of views) if (wanted(view.key)) await measureView(browser.page, view);
  if (wanted("live")) {
    for (const one of latencies) await measureDelay({ page: browser.page, weft, call }, one);
  }
  for (const problem of browser.problems) table.fail("the page", problem);
  if (options.json) {
    const head = { load, rounds, size };
    writeFileSync(options.json, `${JSON.stringify({ ...head, lines: table.lines }, null, 1)}\n`);
  }
}

async function signIn({ page }, token) {
  await page.goto("/dags");
  await page.getByRole("button", { name: "Use an API token instead" }).click();
  await page.getByLabel("API token").fill(token);
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
}

async function measureView(page, view) {
  const name = view.name(size);
  const found = new Map();
  const keep = (line) => {
    const best = found.get(line.name);
    const isMore = line.unit === "fps";
    if (!best || (isMore ? line.value > best.value : line.value < best.value))
      found.set(line.name, line);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      const argument = view.argument?.(size);
      const ready = await timeToShow(page, view.path, view.mark, argument);
      keep({ name: `${name}: ready`, value: ready, unit: "ms", goal: ["<=", view.goalMs] });
      keep({ name: `${name}: heap`, value: await heap(page), unit: "MiB", goal: null });
      for (const line of await view.more(page, name, size)) keep(line);
    }
  } catch (error) {
    table.fail(name, error);
  }
  for (const line of found.values()) table.add(line);
}

async function measureDelay(world, { name, measure }) {
  try {
    let best = null;
    for (let go = 0; go < rounds; go += 1) {
      const delays = await measure({ ...world, go, rounds: options.quick ? 10 : 50 });
      if (delays.length < 20) throw new Error(`only ${delays.length} changes were seen`);
      const now = { p50: quantile(delays, 0.5), p95: quantile(delays, 0.95), of: delays.length };
      if (!best || now.p95 < best.p95) best = now;
    }
    const what = `commit → ${name}, ${best.of} changes`;
    table.add({ name: `${what}: p50`, value: best.p50, unit: "ms", goal: null });
    table.add({ name: `${what}: p95`, value: best.p95, unit: "ms", goal: ["<=", 300] });
  } catch (error) {
    table.fail(`commit → ${name}`, error);
  }
}
