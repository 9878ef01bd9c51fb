/** The DAGs that are looked at, as files and then as runs: made as anybody makes them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const SIZES = {
  full: { dags: 10_000, gridTasks: 300, gridRuns: 100, groups: 40, perGroup: 25, lines: 1_000_000 },
  quick: { dags: 1_000, gridTasks: 100, gridRuns: 30, groups: 10, perGroup: 25, lines: 100_000 },
};

/** The days of a backfill: fixed, as what is drawn is to be the same each time. */
const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;
const day = (n) => new Date(FIRST_DAY + n * DAY_MS).toISOString().slice(0, 10);

/** All of it stands in sight at once. */
const CHAIN = 25;
const step = (n) => `step_${String(n).padStart(2, "0")}`;

const PER_FOLDER = 500;
/** How often each DAG of the list ran already. */
const PAST_RUNS = 3;

export function writeDags(folder, size) {
  const write = (dag, place = folder) =>
    writeFileSync(join(place, `${dag.dag_id}.dag.json`), JSON.stringify(dag));
  const noop = (task_id, more) => ({ task_id, type: "noop", ...more });
  mkdirSync(folder, { recursive: true });

  const since = new Date(Date.now() - (PAST_RUNS + 1) * DAY_MS).toISOString().slice(0, 10);
  for (let n = 0; n < size.dags; n += 1) {
    const place = join(folder, "many", String(Math.floor(n / PER_FOLDER)));
    if (n % PER_FOLDER === 0) mkdirSync(place, { recursive: true });
    const number = String(n).padStart(5, "0");
    write(
      {
        dag_id: `many_${number}`,
        description: `Loads part ${number} of the orders into the warehouse`,
        owner: `team_${n % 20}`,
        tags: [`area_${n % 7}`, `source_${n % 11}`],
        schedule: `${n % 60} ${n % 24} * * *`,
        start_date: since,
        catchup: "all",
        tasks: [noop("load")],
      },
      place,
    );
  }

  // Chains of ten beside each other: what makes a cell costs nothing, 30,000 of them do.
  write({
    dag_id: "bench_grid",
    schedule: "@daily",
    start_date: day(0),
    catchup: "none",
    max_active_tasks: 1000,
    tasks: Array.from({ length: size.gridTasks }, (_, n) =>
      noop(`task_${String(n).padStart(3, "0")}`, {
        depends_on: n % 10 === 0 ? [] : [`task_${String(n - 1).padStart(3, "0")}`],
      }),
    ),
  });

  const group = (g) => `group_${String(g).padStart(2, "0")}`;
  const inGroup = (g, t) => `${group(g)}_task_${String(t).padStart(2, "0")}`;
  write({
    dag_id: "bench_graph",
    max_active_tasks: 1000,
    task_groups: Object.fromEntries(
      Array.from({ length: size.groups }, (_, g) => [
        group(g),
        { depends_on: g === 0 ? [] : [group((g - 1) >> 1)] },
      ]),
    ),
    tasks: Array.from({ length: size.groups * size.perGroup }, (_, n) => {
      const g = Math.floor(n / size.perGroup);
      const t = n % size.perGroup;
      return noop(inGroup(g, t), {
        group: group(g),
        depends_on: t < 5 ? [] : [inGroup(g, t - 5)],
      });
    }),
  });

  write({
    dag_id: "bench_log",
    tasks: [{ task_id: "print", command: ["seq", "-f", "INFO row %07.0f", "1", `${size.lines}`] }],
  });
  write({ dag_id: "bench_short", tasks: [{ task_id: "only", command: ["true"] }] });
  write({
    dag_id: "bench_chain",
    tasks: [
      { task_id: "ask", type: "approval", with: { subject: "Seen?", options: ["go"] } },
      ...Array.from({ length: CHAIN }, (_, n) => ({
        task_id: step(n),
        command: ["true"],
        depends_on: [n === 0 ? "ask" : step(n - 1)],
      })),
    ],
  });
}

/** The last line that the large log shall show. */
export const lastLine = (size) => `row ${String(size.lines).padStart(7, "0")}`;

export async function trigger(call, dagId, run) {
  await call("POST", `/dags/${dagId}/dagRuns`, run);
}

/** The runs that are looked at; resolves when all have ended well. */
export async function makeRuns(call, feed, size) {
  const count = async (path) => (await call("GET", `${path}limit=1`)).total_entries;
  // 10,000 is as far as the server counts a list.
  const exact = Math.min(size.dags, 10_000);
  await feed.until(
    async () =>
      (await count("/dags?")) >= exact && (await count("/dags?dag_id_pattern=bench_&")) === 5,
    "all DAG files are read",
  );
  await call("POST", "/backfills", {
    dag_id: "bench_grid",
    from_date: `${day(1)}T00:00:00Z`,
    to_date: `${day(size.gridRuns)}T00:00:00Z`,
    max_active_runs: 16,
  });
  await trigger(call, "bench_graph", { dag_run_id: "graph" });
  await trigger(call, "bench_log", { dag_run_id: "log" });
  // So that what is drawn of it is there before it is watched.
  await trigger(call, "bench_short", { dag_run_id: "first" });
  const active = "/dags/~/dagRuns?state=queued&state=running&";
  const ended = "/dags/bench_grid/dagRuns?state=success&";
  await feed.until(
    async () => (await count(active)) === 0 && (await count(ended)) >= size.gridRuns,
    "all runs have ended",
    600_000,
  );
  const failed = await count("/dags/~/dagRuns?state=failed&");
  if (failed > 0) throw new Error(`${failed} of the runs failed`);
}
