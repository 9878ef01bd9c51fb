/** The system on the pictures of docs/: a small shop's data, beside the examples. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const SHOWN = [
  "hello.dag.json",
  "fails_on_purpose.dag.json",
  "branches_and_outputs.dag.jsonc",
  "mapped_shops.dag.jsonc",
  "waits_for_approval.dag.jsonc",
];

/** Takes about so long, and says what it does. */
const work = (words, tenths) =>
  `echo '${words}'; n=$(( RANDOM % ${tenths} )); read -rt 0.$n <> <(:) || true; ` +
  `echo -e '\\033[32mdone\\033[0m'`;

/** So many days ago a shop was late, as it is with shops. */
const GAPS = [2, 10, 11, 27];
const dayBefore = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

const orders = {
  dag_id: "orders_daily",
  description: "Orders of all shops of a day, into the warehouse",
  doc_md: "Reads what the shops put down at night. Runs again for any day without harm.",
  owner: "warehouse",
  tags: ["shop", "daily"],
  schedule: "0 3 * * *",
  timezone: "Europe/Berlin",
  start_date: "2026-01-01",
  catchup: "none",
  max_active_runs: 4,
  runbook_url: "https://example.com/runbooks/orders",
  params: {
    region: {
      type: "string",
      enum: ["all", "north", "south"],
      default: "all",
      description: "Only the shops of this region",
    },
    full: { type: "boolean", default: false, description: "Also what was loaded before" },
    least_rows: { type: "integer", minimum: 0, default: 100, description: "Fewer are a fault" },
  },
  task_groups: { load: { tooltip: "one step per table" } },
  tasks: [
    { task_id: "extract", command: work("reading 3 shops", 8) },
    {
      task_id: "check_rows",
      depends_on: ["extract"],
      command: {
        lines: [
          'day=$(date -d "$WEFT_LOGICAL_DATE" +%F)',
          'for shop in north south east; do echo "$shop: $(( 4000 + RANDOM % 900 )) rows"; done',
          `if [[ " ${GAPS.map(dayBefore).join(" ")} " == *" $day "* ]]; then`,
          "  echo -e '\\033[31mERROR\\033[0m west: 0 rows, at least 100 expected' >&2",
          "  echo 'the file of the shop is there, but empty: ask the shop, then clear this task' >&2",
          "  exit 3",
          "fi",
        ],
      },
    },
    {
      task_id: "stage_orders",
      group: "load",
      depends_on: ["check_rows"],
      command: work("orders", 9),
    },
    {
      task_id: "stage_lines",
      group: "load",
      depends_on: ["check_rows"],
      command: work("lines", 6),
    },
    {
      task_id: "stage_returns",
      group: "load",
      depends_on: ["check_rows"],
      command: work("returns", 3),
    },
    {
      task_id: "merge",
      group: "load",
      depends_on: ["stage_orders", "stage_lines", "stage_returns"],
      command: work("merging", 7),
      outlets: ["warehouse://orders"],
    },
    { task_id: "aggregate", depends_on: ["load"], command: work("daily sums", 5) },
    { task_id: "notify", depends_on: ["aggregate"], command: "echo told the shops" },
  ],
};

const others = [
  {
    dag_id: "customers_hourly",
    description: "New and changed customers",
    owner: "warehouse",
    tags: ["shop", "hourly"],
    schedule: "0 * * * *",
    tasks: [
      { task_id: "fetch", command: work("fetching", 4) },
      {
        task_id: "upsert",
        depends_on: ["fetch"],
        command: work("writing", 4),
        outlets: ["warehouse://customers"],
      },
    ],
  },
  {
    dag_id: "sales_mart",
    description: "What the sales people look at in the morning",
    owner: "analytics",
    tags: ["mart"],
    schedule: { assets: { all: ["warehouse://orders", "warehouse://customers"] } },
    tasks: [
      { task_id: "build", command: work("building", 5), outlets: ["mart://sales"] },
      { task_id: "test", depends_on: ["build"], command: work("12 tests passed", 3) },
    ],
  },
  {
    dag_id: "dashboards",
    description: "Refreshes the dashboards",
    owner: "analytics",
    tags: ["mart"],
    schedule: { assets: { any: ["mart://sales"] } },
    tasks: [{ task_id: "refresh", command: work("refreshing", 3), inlets: ["mart://sales"] }],
  },
  {
    dag_id: "stock_sync",
    description: "Stock levels from the shops, as they change",
    owner: "shops",
    tags: ["shop"],
    schedule: { every: "15m" },
    tasks: [
      {
        task_id: "sync",
        command: {
          lines: [
            "for n in $(seq 1 400); do",
            "  if [ $(( n % 17 )) -eq 1 ]; then",
            '    echo -e "\\033[33mWARNING\\033[0m shop $n: 2 articles differ, the shop is right" >&2',
            "  else",
            '    echo -e "\\033[36mINFO\\033[0m shop $n: $(( n * 37 % 900 )) articles in step"',
            "  fi",
            "done",
            "exec sleep infinity",
          ],
        },
        execution_timeout: "1h",
      },
    ],
  },
  {
    dag_id: "invoices_monthly",
    description: "Invoices, after somebody has looked at the sums",
    owner: "finance",
    tags: ["finance"],
    schedule: "0 6 1 * *",
    tasks: [
      { task_id: "sum_up", command: 'echo sum:=182430.5 >> "$WEFT_OUTPUT"; echo summed' },
      {
        task_id: "approve",
        type: "approval",
        depends_on: ["sum_up"],
        with: {
          subject: "Send 412 invoices over 182,430.50 EUR?",
          body: "The sum of last month was 179,002.00 EUR.",
          options: ["send", "Reject"],
          params: { copy_to: { type: "string", default: "finance@example.com" } },
          timeout: "2d",
        },
      },
      { task_id: "send", depends_on: ["approve"], command: "echo sent" },
    ],
  },
];

export function writeDemoDags(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of SHOWN) cpSync(join(EXAMPLES, name), join(folder, name));
  for (const dag of [orders, ...others]) write(folder, dag);
}

const write = (folder, dag) =>
  writeFileSync(join(folder, `${dag.dag_id}.dag.json`), `${JSON.stringify(dag, null, 2)}\n`);

/** Somebody edits the file: a second version, to be compared with the first. */
export function editOrders(folder) {
  const file = join(folder, "orders_daily.dag.json");
  const dag = JSON.parse(readFileSync(file, "utf8"));
  dag.tasks[1].retries = 2;
  dag.tasks[1].retry_delay = "10m";
  dag.description += ", with two more tries";
  write(folder, dag);
}

/** A file that somebody saved too early. */
export function breakOne(folder) {
  writeFileSync(
    join(folder, "prices.dag.json"),
    '{\n  "dag_id": "prices",\n  "schedule": "0 25 * * *",\n  "tasks": [\n' +
      '    {"task_id": "load", "comand": "./load.sh", "depends_on": ["fetch"]}\n  ]\n}\n',
  );
}
