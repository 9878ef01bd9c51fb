import { expect, test } from "vitest";
import { bodyOf, EMPTY_FORM, isWithinDay, progressOf, withTimes } from "./backfill";
import {
  type Bucket,
  dayIn,
  faceOf,
  hoursOf,
  midnight,
  rangeOf,
  runsIn,
  shiftDay,
  weeksOf,
} from "./calendar";
import { summaryOf } from "./durations";
import {
  barsOf,
  decisive,
  type Gantt,
  type GanttInstance,
  isDecisive,
  lengthOf,
  spanOf,
  ticksOf,
  timesOf,
} from "./gantt";
import { pathThrough } from "./graph-geometry";
import { statesOfGrid, statesOfInstances } from "./graph-states";

const instance = (task_id: string, more: Partial<GanttInstance> = {}): GanttInstance => ({
  task_id,
  task_display_name: task_id,
  task_group_id: null,
  map_index: -1,
  state: "success",
  try_number: 1,
  scheduled_when: null,
  queued_when: "2026-01-01T00:00:00Z",
  start_date: "2026-01-01T00:00:10Z",
  end_date: "2026-01-01T00:00:30Z",
  is_critical: false,
  tries: [],
  ...more,
});
const gantt = (more: Partial<Gantt> = {}): Gantt => ({
  dag_id: "d",
  dag_run_id: "r",
  state: "success",
  queued_at: "2026-01-01T00:00:00Z",
  start_date: "2026-01-01T00:00:00Z",
  end_date: "2026-01-01T00:00:40Z",
  task_instances: [instance("a")],
  critical_path: [],
  total_entries: 1,
  ...more,
});
const NOW = Date.parse("2026-01-01T00:01:40Z");

test("a run's line goes from its start to its end, or to now", () => {
  const start = Date.parse("2026-01-01T00:00:00Z");
  expect(spanOf(gantt(), NOW)).toEqual({ start, end: start + 40_000 });
  expect(spanOf(gantt({ end_date: null }), NOW)).toEqual({ start, end: NOW });
  expect(spanOf(gantt({ start_date: null, task_instances: [] }), start)).toEqual({
    start,
    end: start + 40_000,
  });
});

test("a run took from its start to its end, however short, and not its scale", () => {
  const short = gantt({ end_date: "2026-01-01T00:00:00.040Z" });
  expect(lengthOf(short, NOW)).toBe(0.04);
  expect(spanOf({ ...short, task_instances: [] }, NOW).end).toBe(NOW - 100_000 + 1000);
  expect(lengthOf(gantt({ end_date: null }), NOW)).toBe(100);
  expect(lengthOf(gantt({ start_date: null, end_date: null }), NOW)).toBeNull();
});

test("what never began decided nothing", () => {
  const one = (start_date: string | null) => ({
    task_id: "a",
    map_index: -1,
    state: "skipped" as const,
    scheduled_when: null,
    start_date,
    end_date: "2026-01-01T00:00:30Z",
  });
  const path = [one("2026-01-01T00:00:10Z"), one(null)];
  expect(decisive(gantt({ critical_path: path }))).toBe(1);
  expect(isDecisive(instance("a", { is_critical: true }))).toBe(true);
  expect(isDecisive(instance("a", { is_critical: true, start_date: null }))).toBe(false);
});

test("waiting and running are bars, per try", () => {
  const span = spanOf(gantt(), NOW);
  expect(barsOf(instance("a"), span, NOW)).toEqual([
    { kind: "wait", left: 0, width: 25, state: "success", tryNumber: 1 },
    { kind: "run", left: 25, width: 50, state: "success", tryNumber: 1 },
  ]);
  const retried = instance("a", {
    tries: [
      {
        try_number: 1,
        state: "failed",
        queued_when: null,
        start_date: "2026-01-01T00:00:00Z",
        end_date: "2026-01-01T00:00:10Z",
      },
      {
        try_number: 2,
        state: null,
        queued_when: null,
        start_date: "2026-01-01T00:00:20Z",
        end_date: null,
      },
    ],
  });
  expect(barsOf(retried, span, NOW).map(({ tryNumber, width }) => [tryNumber, width])).toEqual([
    [1, 25],
    [2, 50],
  ]);
  expect(timesOf(retried, NOW)).toEqual({ waited: null, ran: 90 });
  expect(timesOf(instance("a"), NOW)).toEqual({ waited: 10, ran: 20 });
});

test("the scale has round marks, never too many", () => {
  expect(ticksOf({ start: 0, end: 40_000 }, 8)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
  expect(ticksOf({ start: 0, end: 1000 * 86_400 * 30 }, 8).length).toBeLessThanOrEqual(9);
});

const bucket = (date: string, states: Bucket["states"], planned = 0): Bucket => ({
  date,
  states,
  planned,
});

test("weeks begin on Monday and cover the range", () => {
  const weeks = weeksOf("2026-01-01", "2026-01-12", [bucket("2026-01-05", { success: 1 })]);
  expect(weeks).toHaveLength(3);
  expect(weeks[0]?.map((day) => day?.date ?? null)).toEqual([
    null,
    null,
    null,
    "2026-01-01",
    "2026-01-02",
    "2026-01-03",
    "2026-01-04",
  ]);
  expect(weeks[1]?.[0]?.bucket?.states).toEqual({ success: 1 });
});

test("hours stand in their day, and one that comes twice is summed up", () => {
  const rows = hoursOf("2026-10-25", "2026-10-25", [
    bucket("2026-10-25T02:00:00+02:00", { success: 1 }),
    bucket("2026-10-25T02:00:00+01:00", { success: 2, failed: 1 }),
  ]);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.[1][2]?.states).toEqual({ success: 3, failed: 1 });
});

test("a day's face is what one looks for first", () => {
  expect(faceOf(bucket("d", { failed: 1, success: 3 }), 4)).toEqual({
    state: "failed",
    weight: 0.25,
  });
  expect(faceOf(bucket("d", { success: 2 }), 4)).toEqual({ state: "success", weight: 0.5 });
  expect(faceOf(bucket("d", {}, 1), 4).state).toBe("planned");
  expect(faceOf(null, 4).state).toBeNull();
  expect(runsIn(bucket("d", { failed: 1, running: 2 }))).toBe(3);
});

test("a day's range is that of its zone, also when clocks change", () => {
  expect(midnight("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
  expect(rangeOf("2026-03-29", "Europe/Berlin")).toEqual({
    from: "2026-03-28T23:00:00.000Z",
    to: "2026-03-29T22:00:00.000Z",
  });
  expect(rangeOf("2026-01-31T14:00:00+01:00", "Europe/Berlin").to).toBe("2026-01-31T14:00:00.000Z");
  expect(midnight("2026-01-01", "No/Where")).toBe("2026-01-01T00:00:00.000Z");
  expect(dayIn("2026-01-01T23:30:00Z", "Europe/Berlin")).toBe("2026-01-02");
  expect(shiftDay("2026-02-28", 1)).toBe("2026-03-01");
});

test("durations are summed up, the newest against the middle", () => {
  const items = [4, 1, 2, 3, 8].map((duration) => ({ duration, state: "success" as const }));
  expect(summaryOf([...items, { duration: 99, state: "running" }])).toEqual({
    count: 5,
    median: 3,
    p95: 8,
    slowest: 8,
    newest: 8,
    factor: 8 / 3,
  });
  expect(summaryOf([{ duration: null, state: "success" }])).toBeNull();
});

test("a run's states come from the grid, or from its instances, groups by the worst in them", () => {
  const rows = [
    { id: "g", parent: null },
    { id: "a", parent: "g" },
    { id: "b", parent: "g" },
  ];
  const states = statesOfInstances(
    [
      instance("a"),
      instance("b", { map_index: 0 }),
      instance("b", { map_index: 1, state: "failed" }),
    ],
    rows,
  );
  expect(states.get("g")).toEqual({ letter: "f", counts: [] });
  expect(states.get("a")).toEqual({ letter: "s", counts: [] });
  expect(states.get("b")).toEqual({
    letter: "f",
    counts: [
      { letter: "f", count: 1 },
      { letter: "s", count: 1 },
    ],
  });
  expect(
    statesOfGrid({ dag_id: "d", version_number: 1, rows: [], runs: [], next_before: null }, "r"),
  ).toBeNull();
});

test("a line bends through its points", () => {
  expect(
    pathThrough([
      [0, 0],
      [10, 20],
    ]),
  ).toBe("M0 0C5 0 5 20 10 20");
  expect(pathThrough([[0, 0]])).toBe("");
});

const form = { ...EMPTY_FORM, from: "2026-01-01", to: "2026-01-02" };

test("the form becomes a body: whole days, only what was said", () => {
  expect(
    bodyOf("d", { ...form, tasks: "a, b", downstream: true, conf: '{"x": 1}' }, "UTC"),
  ).toEqual({
    dag_id: "d",
    from_date: "2026-01-01T00:00:00.000Z",
    to_date: "2026-01-02T23:59:59.000Z",
    reprocess_behavior: "none",
    max_active_runs: 10,
    run_backwards: false,
    run_on_latest_version: false,
    task_ids: ["a", "b"],
    include_downstream: true,
    dag_run_conf: { x: 1 },
  });
  expect(bodyOf("d", { ...form, from: "2026-01-01T05:30" }, "UTC")).toMatchObject({
    from_date: "2026-01-01T05:30:00.000Z",
  });
});

test("a backfill's days are those of the DAG's zone", () => {
  const days = { ...EMPTY_FORM, from: "2026-11-11", to: "2026-11-11" };
  expect(bodyOf("d", days, "Europe/Berlin")).toMatchObject({
    from_date: "2026-11-10T23:00:00.000Z",
    to_date: "2026-11-11T22:59:59.000Z",
  });
  // A day of 25 hours.
  expect(
    bodyOf("d", { ...days, from: "2026-10-25", to: "2026-10-25" }, "Europe/Berlin"),
  ).toMatchObject({
    from_date: "2026-10-24T22:00:00.000Z",
    to_date: "2026-10-25T22:59:59.000Z",
  });
  const times = { ...days, from: "2026-11-11T05:00", to: "2026-11-11T07:00" };
  expect(bodyOf("d", times, "Europe/Berlin")).toMatchObject({
    from_date: "2026-11-11T04:00:00.000Z",
    to_date: "2026-11-11T06:00:00.000Z",
  });
});

test("a range keeps its days when it gets times, and loses them again", () => {
  const days = { ...EMPTY_FORM, from: "2026-11-11", to: "" };
  const times = withTimes(days, true);
  expect(times).toEqual({ from: "2026-11-11T00:00", to: "" });
  expect(withTimes({ ...days, to: "2026-11-12" }, true).to).toBe("2026-11-12T23:59");
  expect(withTimes({ ...days, ...times }, false)).toEqual({ from: "2026-11-11", to: "" });
});

test("a schedule is finer than a day by its next interval", () => {
  const next = (start: string | null, end: string | null) =>
    isWithinDay({ next_dagrun_data_interval_start: start, next_dagrun_data_interval_end: end });
  expect(next("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")).toBe(true);
  expect(next("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")).toBe(false);
  expect(next("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")).toBe(false);
  expect(next(null, null)).toBe(false);
});

test("the form says what is wrong", () => {
  expect(bodyOf("d", EMPTY_FORM, "UTC")).toBe("dates");
  expect(bodyOf("d", { ...form, from: "2026-01-03" }, "UTC")).toBe("order");
  expect(bodyOf("d", { ...form, maxActiveRuns: "0" }, "UTC")).toBe("limit");
  expect(bodyOf("d", { ...form, conf: "{" }, "UTC")).toBe("conf");
  expect(bodyOf("d", { ...form, conf: "[]" }, "UTC")).toBe("confObject");
});

test("progress is parts of the whole", () => {
  const progress = {
    total: 4,
    success: 1,
    failed: 1,
    left_alone: 0,
    queued: 0,
    running: 1,
    remaining: 1,
  };
  expect(progressOf({ progress })).toEqual([
    { state: "failed", count: 1, percent: 25 },
    { state: "success", count: 1, percent: 25 },
    { state: "running", count: 1, percent: 25 },
  ]);
  expect(progressOf({ progress: { ...progress, total: 0 } })).toEqual([]);
});
