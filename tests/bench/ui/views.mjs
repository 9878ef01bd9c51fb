/**
 * The views with their goals. `show`: where it is and the function that says, in the page, that its
 * content is there, not only its frame; `more`: what is done with it then.
 */

import { lastLine } from "./data.mjs";
import { frames, timeToChange, timeToShow, wheel } from "./probe.mjs";

// The marks run in the page.
const gridIsDrawn = () => {
  const canvas = document.querySelector("[role=grid] canvas");
  const cell = document.querySelector("[role=grid] [aria-colindex]");
  if (!canvas?.width || !/: Success$/.test(cell?.getAttribute("aria-label") ?? "")) return false;
  const scale = canvas.width / canvas.clientWidth;
  const box = cell.getBoundingClientRect();
  const of = canvas.getBoundingClientRect();
  const [x, y] = [(box.x - of.x + 4) * scale, (box.y - of.y + 4) * scale];
  const context = canvas.getContext("2d");
  const differ = (a, b) => a.some((part, index) => part !== b[index]);
  return differ(
    context.getImageData(x, y, 1, 1).data,
    context.getImageData(canvas.width - 3, of.height * scale - 1, 1, 1).data,
  );
};
const graphIsDrawn = () => {
  const inView = [...document.querySelectorAll(".graph-task")].filter((task) => {
    const { x, y } = task.getBoundingClientRect();
    return x > 0 && y > 0 && x < innerWidth && y < innerHeight;
  });
  return inView.length > 5 && document.querySelector(".graph-lines path") !== null;
};
const listIsThere = () => {
  const rows = document.querySelectorAll(".dag-row a[data-row]");
  return rows.length > 10 && rows[0].textContent !== "";
};
const lineIsThere = (text) => {
  const log = document.querySelector("[role=log]");
  if (!log) return false;
  const { bottom, top } = log.getBoundingClientRect();
  return [...log.querySelectorAll("[data-index]")].some((line) => {
    if (!line.textContent.includes(text)) return false;
    const box = line.getBoundingClientRect();
    return box.top >= top - 1 && box.top < bottom;
  });
};
const fps = (name, figure) => [
  { name: `${name}, median`, value: figure.median, unit: "fps", goal: [">=", 50] },
  { name: `${name}, 19 of 20 frames`, value: figure.low, unit: "fps", goal: null },
];

async function there(page, distance, selector) {
  await wheel(page, selector, { down: distance });
  await wheel(page, selector, { down: -distance });
}

/** Drags the graph about with the mouse, as far as its frame. */
async function drag(page) {
  const box = await page.locator(".react-flow__pane").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1) {
    const angle = (step / 60) * 4 * Math.PI;
    await page.mouse.move(x + 150 * Math.sin(angle), y + 100 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
}

export const views = [
  {
    key: "grid",
    name: (size) => `grid, ${size.gridRuns} runs × ${size.gridTasks} tasks`,
    path: "/dags/bench_grid?n=100",
    mark: gridIsDrawn,
    goalMs: 1000,
    async more(page, name) {
      const down = await frames(page, () => there(page, 3000, "[role=grid]"));
      const right = await frames(page, async () => {
        await wheel(page, "[role=grid]", { right: -1200 });
        await wheel(page, "[role=grid]", { right: 1200 });
      });
      return [...fps(`${name}: scroll down`, down), ...fps(`${name}: scroll sideways`, right)];
    },
  },
  {
    key: "graph",
    name: (size) => `graph, ${size.groups * (size.perGroup + 1)} nodes`,
    path: "/dags/bench_graph/graph",
    mark: graphIsDrawn,
    goalMs: 1500,
    async more(page, name) {
      const near = await frames(page, () => drag(page));
      const out = await frames(page, async () => {
        await wheel(page, ".react-flow__pane", { down: 2400, speed: 1200 });
        await wheel(page, ".react-flow__pane", { down: -1200, speed: 1200 });
      });
      await page.getByRole("button", { name: "Fit", exact: false }).first().click();
      const far = await frames(page, () => drag(page));
      return [
        ...fps(`${name}: drag`, near),
        ...fps(`${name}: zoom out and in`, out),
        ...fps(`${name}: drag, all in sight`, far),
      ];
    },
  },
  {
    key: "list",
    name: (size) => `list of ${size.dags} DAGs`,
    path: "/dags",
    mark: listIsThere,
    goalMs: 1000,
    async more(page, name) {
      let requests = 0;
      const count = () => {
        requests += 1;
      };
      page.on("request", count);
      const smooth = await frames(page, () => there(page, 6000, "body"));
      const scrolled = requests;
      const fast = await frames(page, () => wheel(page, "body", { down: 60_000, speed: 20_000 }));
      page.off("request", count);
      return [
        ...fps(`${name}: scroll`, smooth),
        ...fps(`${name}: scroll fast`, fast),
        {
          name: `${name}: requests while 250 rows go by`,
          value: scrolled,
          unit: "count",
          goal: null,
        },
      ];
    },
  },
  {
    key: "log",
    name: (size) => `log of ${size.lines} lines`,
    path: "/dags/bench_log/runs/log/tasks/print",
    mark: lineIsThere,
    argument: lastLine,
    goalMs: 1000,
    async more(page, name, size) {
      const smooth = await frames(page, () => there(page, -6000, "[role=log]"));
      const begin = await timeToChange(page, "From the beginning", lineIsThere, "row 0000001");
      const early = `row ${String(size.lines / 10).padStart(7, "0")}`;
      const search = new URLSearchParams({ q: early });
      await timeToShow(page, `${this.path}?${search}`, lineIsThere, lastLine(size));
      const found = await timeToChange(page, "Search before it", lineIsThere, early);
      return [
        ...fps(`${name}: scroll`, smooth),
        { name: `${name}: to its beginning`, value: begin, unit: "ms", goal: ["<=", 1000] },
        { name: `${name}: found in its first tenth`, value: found, unit: "ms", goal: null },
      ];
    },
  },
];
