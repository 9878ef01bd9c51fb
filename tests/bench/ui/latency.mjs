/**
 * From the commit of a change to the end of the frame that shows it. The commit's time is that of
 * the server's event, which is taken a moment before the commit; both clocks are this machine's.
 */

import { trigger } from "./data.mjs";
import { openFeed } from "./feed.mjs";

/** A state that one that came after it has replaced was shown, too: nobody waits for it. */
const ORDER = ["queued", "running", "success"];
const PATIENCE_MS = 20_000;

/**
 * In the page: notes each state when it comes to be seen, as [milliseconds since 1970, whose,
 * state]. `where` selects what tells of them by its text or an attribute, `name` finds whose it is.
 */
function watch([where, attribute, name]) {
  globalThis.weftBenchEnd?.();
  const seen = [];
  globalThis.weftBenchSeen = seen;
  const known = new Map();
  const pattern = new RegExp(name);
  const look = () => {
    for (const element of document.querySelectorAll(where)) {
      const text = (attribute ? element.getAttribute(attribute) : element.textContent) ?? "";
      const whose = pattern.exec(text)?.[0];
      const state = /Success|Running|Queued/.exec(text)?.[0].toLowerCase();
      if (!whose || !state || known.get(whose) === state) continue;
      known.set(whose, state);
      requestAnimationFrame(() => setTimeout(() => seen.push([Date.now(), whose, state])));
    }
  };
  const observer = new MutationObserver(look);
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document.body, all);
  globalThis.weftBenchEnd = () => observer.disconnect();
  look();
}

const isSeen = ([whose, state]) =>
  globalThis.weftBenchSeen.some((one) => one[1] === whose && one[2] === state);

function delaysOf(changes, seen, nameOf) {
  return changes.flatMap((change) => {
    const after = ORDER.slice(ORDER.indexOf(change.to));
    const shown = seen.find(
      ([, whose, state]) => whose === nameOf(change) && after.includes(state),
    );
    return ORDER.includes(change.to) && shown ? [shown[0] - Date.parse(change.at)] : [];
  });
}

async function begin(page, path, watched) {
  await page.goto(path);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator(watched[0]).first().waitFor({ state: "attached" });
  await page.evaluate(watch, watched);
}

/** What has one row or cell per run: short runs, each made when the last one was seen to end. */
async function ofRuns({ page, weft, call, rounds }, { path, event, watched, idOf, nameOf }) {
  const feed = await openFeed(weft, "bench_short");
  try {
    // A run stands there already, so that there is a table.
    await begin(page, path, watched);
    for (let round = 0; round < rounds; round += 1) {
      const made = idOf(round);
      await trigger(call, "bench_short", made);
      await page.waitForFunction(isSeen, [nameOf(made), "success"], { timeout: PATIENCE_MS });
    }
    const changes = feed.changes.filter((one) => one.event === event);
    const ids = new Map(Array.from({ length: rounds }, (_, n) => [idOf(n).dag_run_id, idOf(n)]));
    const seen = await page.evaluate(() => globalThis.weftBenchSeen);
    return delaysOf(changes, seen, ({ dag_run_id }) => nameOf(ids.get(dag_run_id)));
  } finally {
    feed.close();
  }
}

const number = (round) => String(round).padStart(3, "0");
/** Each its own date, as that is how the grid names it. */
const dateOf = (round) => new Date(Date.UTC(2024, 0, 1, round)).toISOString();

export const latencies = [
  {
    name: "list of runs",
    measure: (world) =>
      ofRuns(world, {
        path: "/dags/bench_short/runs",
        event: "run",
        watched: ["main tbody tr", null, `list${world.go}_\\d{3}`],
        idOf: (round) => ({ dag_run_id: `list${world.go}_${number(round)}` }),
        nameOf: ({ dag_run_id }) => dag_run_id,
      }),
  },
  {
    name: "grid",
    measure: (world) =>
      ofRuns(world, {
        path: "/dags/bench_short",
        event: "task_instance",
        watched: ["[role=grid] [aria-colindex]", "aria-label", "2024-\\d\\d-\\d\\d \\d\\d:00"],
        idOf: (round) => ({
          dag_run_id: `grid${world.go}_${number(round)}`,
          logical_date: dateOf(round + 1000 * world.go),
        }),
        nameOf: ({ logical_date }) => logical_date.slice(0, 16).replace("T", " "),
      }),
  },
  {
    name: "tasks of a run",
    async measure({ page, weft, call, go }) {
      const runId = `chain${go}`;
      const feed = await openFeed(weft, "bench_chain");
      try {
        await trigger(call, "bench_chain", { dag_run_id: runId });
        const watched = ["main tbody tr[data-index]", null, "step_\\d\\d"];
        await begin(page, `/dags/bench_chain/runs/${runId}`, watched);
        // It waits for an answer, so that nothing begins before it is looked at.
        const ask = `/dags/bench_chain/dagRuns/${runId}/taskInstances/ask/-1/hitlDetails`;
        await call("PATCH", ask, { chosen_options: ["go"] });
        await feed.until(
          () => feed.changes.some((one) => one.event === "run" && one.to === "success"),
          `the end of ${runId}`,
        );
        const last = feed.changes.findLast((one) => one.event === "task_instance").task_id;
        await page.waitForFunction(isSeen, [last, "success"], { timeout: PATIENCE_MS });
        const seen = await page.evaluate(() => globalThis.weftBenchSeen);
        const changes = feed.changes.filter((one) => one.event === "task_instance");
        return delaysOf(changes, seen, ({ task_id }) => task_id);
      } finally {
        feed.close();
      }
    },
  },
];
