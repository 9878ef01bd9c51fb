/** The server under test: one that is running already, or one of our own on a free port. */

import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 30_000;

/** Gives {url, token, own, stop()}; null, with the reason told, when there is no server to be had. */
export async function openWeft(folder) {
  const { WEFT_URL: url, WEFT_TOKEN: token, WEFT_BINARY } = process.env;
  if (url) {
    if (!token) throw new Error("WEFT_URL is set, so WEFT_TOKEN must be, too");
    return { url: url.replace(/\/$/, ""), token, own: false, stop: async () => {} };
  }
  const binary = WEFT_BINARY ?? join(ROOT, "build", "weft");
  if (!existsSync(binary)) {
    throw new Error(`there is no ${binary}; run ./dev build, or set WEFT_BINARY or WEFT_URL`);
  }
  writeDags(join(folder, "dags"));
  return startWeft(binary, folder);
}

/** Server and worker on a free port, with the DAG files of `folder`/dags. */
export async function startWeft(binary, folder) {
  const data = join(folder, "data");
  const dags = join(folder, "dags");
  const args = [
    "dev",
    "--listen",
    "127.0.0.1:0",
    "--data",
    data,
    "--dags",
    dags,
    "--no-examples",
    "--secrets-key",
    `${data}.key`,
  ];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", (error) => resolve(log.push(error.message)));
  });
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /listening on (http:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, START_MS).unref());
  const url = await Promise.race([listening, gone.then(() => null), late.then(() => null)]);
  const stop = async () => {
    child.kill("SIGTERM");
    const stuck = new Promise((resolve) => setTimeout(resolve, START_MS, "stuck").unref());
    if ((await Promise.race([gone, stuck])) === "stuck") child.kill("SIGKILL");
    await gone;
  };
  if (!url) {
    await stop();
    throw new Error(`weft dev did not start:\n${log.slice(-20).join("\n")}`);
  }
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  return { url, token, own: true, stop };
}

/** The examples, and what only a test wants to see. */
function writeDags(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["hello.dag.json", "fails_on_purpose.dag.json"]) {
    cpSync(join(ROOT, "examples", name), join(folder, name));
  }
  const write = (name, dag) => writeFileSync(join(folder, name), JSON.stringify(dag, null, 2));
  write("e2e_live.dag.json", {
    dag_id: "e2e_live",
    dag_display_name: "<img src=x onerror=document.title='owned'>",
    description: "<script>document.title = 'owned'</script>",
    tags: ["e2e"],
    params: { lines: { type: "integer", default: 3, description: "How many lines to print" } },
    tasks: [
      {
        task_id: "print",
        // Each line is printed when the last one was seen: the page's log has to be live.
        command: [
          "bash",
          "-ec",
          "printf '\\033[32mgreen\\033[0m <img src=x onerror=document.title=1>\\n'; " +
            'echo rows:=42 >> "$WEFT_OUTPUT"; ' +
            `until [ -e ${JSON.stringify(join(folder, "go"))} ]; do read -rt 0.1 <> <(:) || true; done; ` +
            "echo after the signal",
        ],
      },
      { task_id: "after", type: "noop", depends_on: ["print"] },
    ],
  });
  write("e2e_daily.dag.json", {
    dag_id: "e2e_daily",
    schedule: "0 0 * * *",
    start_date: "2026-01-01",
    catchup: "none",
    tasks: [{ task_id: "only", type: "noop" }],
  });
  write("e2e_stuck.dag.json", {
    dag_id: "e2e_stuck",
    tasks: [{ task_id: "wait", command: ["sleep", "infinity"], execution_timeout: "5m" }],
  });
  write("e2e_approval.dag.json", {
    dag_id: "e2e_approval",
    params: { rows: { type: "integer", minimum: 1, default: 3 } },
    tasks: [
      {
        task_id: "ask",
        type: "approval",
        with: {
          subject: "Load in full?",
          options: ["full", "Reject"],
          params: { limit: { type: "integer", maximum: 10, default: 3 } },
          timeout: "1h",
        },
      },
    ],
  });
  const made = (dag_id, task_id, outlet) =>
    write(`${dag_id}.dag.json`, {
      dag_id,
      tasks: [{ task_id, type: "noop", outlets: [`file:///e2e/${outlet}`] }],
    });
  made("e2e_orders", "load", "orders");
  made("e2e_customers", "load", "customers");
  const waits = (dag_id, ...names) =>
    write(`${dag_id}.dag.json`, {
      dag_id,
      schedule: { assets: { all: names.map((name) => `file:///e2e/${name}`) } },
      tasks: [{ task_id: "build", type: "noop" }],
    });
  waits("e2e_mart", "orders");
  waits("e2e_both", "customers", "nobody_makes_this");
  writeFileSync(
    join(folder, "broken.dag.json"),
    '{"dag_id": "broken", "tasks": [{"task_id": "a", "command": "true", "depends_on": ["b"]}]}',
  );
}

/** Lets the task of e2e_live go on. */
export function signalLiveTask(folder) {
  writeFileSync(join(folder, "dags", "go"), "");
}
