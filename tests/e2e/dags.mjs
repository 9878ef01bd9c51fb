/** The DAG files of the server under test. */

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeHostileDags } from "./hostile.mjs";
import { writeSceneDags } from "./scene-dags.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The examples, and what only a test wants to see. */
export function writeDags(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["hello.dag.json", "fails_on_purpose.dag.json"]) {
    cpSync(join(ROOT, "examples", name), join(folder, name));
  }
  const write = (name, dag) => writeFileSync(join(folder, name), JSON.stringify(dag, null, 2));
  writeSceneDags(folder, write);
  writeHostileDags(folder, write);
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
