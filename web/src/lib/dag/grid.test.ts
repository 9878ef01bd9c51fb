import { expect, test } from "vitest";
import { boxOf, clamped, moved, placeAt, scrollTo, visibleRange } from "./grid-geometry";
import {
  cellOf,
  countsOf,
  type GridRow,
  type GridRun,
  toggled,
  visibleRows,
  visibleRuns,
} from "./grid-model";
import { letterOf, stateOf, worst } from "./letters";
import { MARKS, markPath } from "./marks";

const row = (id: string, parent: string | null = null, more: Partial<GridRow> = {}): GridRow => ({
  id,
  type: "task",
  label: id,
  parent,
  operator: "shell",
  is_mapped: false,
  is_current: true,
  ...more,
});
const group = (id: string, parent: string | null = null) =>
  row(id, parent, { type: "group", operator: null });
const run = (id: string, cells: string, more: Partial<GridRun> = {}): GridRun => ({
  dag_run_id: id,
  run_type: "scheduled",
  state: "success",
  version_number: 1,
  logical_date: null,
  run_after: "2026-01-01T00:00:00Z",
  queued_at: "2026-01-01T00:00:00Z",
  start_date: null,
  end_date: null,
  cells,
  mapped: {},
  ...more,
});

const ROWS = [
  row("extract"),
  group("load"),
  row("stage", "load", { is_mapped: true }),
  group("inner", "load"),
  row("merge", "inner"),
  row("report"),
];
const RUNS = [
  run("new", "sfffsu", { mapped: { "2": { s: 3, f: 1 } } }),
  run("old", "ssssss", { run_type: "manual", mapped: { "2": { s: 4 } } }),
];
const none = { folded: new Set<string>(), opened: new Set<string>() };
const shown = (filter: Partial<Parameters<typeof visibleRows>[2]>) =>
  visibleRows(ROWS, RUNS, { ...none, ...filter }).map(
    ({ key, depth }) => `${"-".repeat(depth)}${key}`,
  );

test("rows stand under their groups, and a folded group hides all that is in it", () => {
  expect(shown({})).toEqual(["extract", "load", "-stage", "-inner", "--merge", "report"]);
  expect(shown({ folded: new Set(["load"]) })).toEqual(["extract", "load", "report"]);
  expect(shown({ folded: new Set(["inner"]) })).toEqual([
    "extract",
    "load",
    "-stage",
    "-inner",
    "report",
  ]);
});

test("an opened mapped task has a row per state, the worst first", () => {
  expect(shown({ opened: new Set(["stage"]) })).toEqual([
    "extract",
    "load",
    "-stage",
    "--stage f",
    "--stage s",
    "-inner",
    "--merge",
    "report",
  ]);
  const rows = visibleRows(ROWS, RUNS, { ...none, opened: new Set(["stage"]) });
  const [stage, failed] = [rows[2], rows[3]];
  if (!stage || !failed || !RUNS[0] || !RUNS[1]) throw new Error("rows are missing");
  expect(cellOf(stage, RUNS[0])).toEqual({ letter: "f", count: 4 });
  expect(cellOf(failed, RUNS[0])).toEqual({ letter: "f", count: 1 });
  expect(cellOf(failed, RUNS[1])).toEqual({ letter: ".", count: null });
  expect(countsOf(stage, RUNS[0])).toEqual([
    { letter: "f", count: 1 },
    { letter: "s", count: 3 },
  ]);
});

test("the search keeps the groups around, opens what is folded, and a group's name keeps its tasks", () => {
  expect(shown({ q: "MERGE", folded: new Set(["load"]) })).toEqual(["load", "-inner", "--merge"]);
  expect(shown({ q: "inner" })).toEqual(["load", "-inner", "--merge"]);
  expect(shown({ q: "nothing" })).toEqual([]);
});

test("a state keeps the tasks that have it somewhere, also in one mapped instance", () => {
  expect(shown({ letter: "u" })).toEqual(["report"]);
  expect(shown({ letter: "f" })).toEqual(["load", "-stage"]);
});

test("runs go from old to new, and pass by type and state", () => {
  expect(visibleRuns(RUNS, {}).map((each) => each.dag_run_id)).toEqual(["old", "new"]);
  expect(visibleRuns(RUNS, { type: "manual" }).map((each) => each.dag_run_id)).toEqual(["old"]);
  expect(visibleRuns(RUNS, { state: "failed" })).toEqual([]);
});

test("folding is written in one order", () => {
  expect(toggled(new Set(["b"]), "a")).toEqual(["a", "b"]);
  expect(toggled(new Set(["a", "b"]), "b")).toEqual(["a"]);
});

test("letters are states and back, and each but none has a sign of its own", () => {
  expect(stateOf("u")).toBe("upstream_failed");
  expect(letterOf("upstream_failed")).toBe("u");
  expect(letterOf(null)).toBe("n");
  expect(worst("ssfk")).toBe("f");
  expect(worst("")).toBe(".");
  expect(Object.keys(MARKS).sort()).toEqual([..."cdefkqrstuxy"]);
  const paths = Object.keys(MARKS).map((letter) => JSON.stringify(markPath(letter)));
  expect(new Set(paths).size).toBe(paths.length);
});

const layout = {
  rows: 6,
  columns: 10,
  rowHeight: 20,
  columnWidth: 10,
  namesWidth: 100,
  headHeight: 50,
};
const view = { width: 160, height: 110, left: 30, top: 20 };

test("a point is in a cell, a name, a bar, or nowhere", () => {
  expect(placeAt(101, 51, view, layout)).toEqual({ row: 1, column: 3 });
  expect(placeAt(5, 51, view, layout)).toEqual({ row: 1, column: -1 });
  expect(placeAt(101, 5, view, layout)).toEqual({ row: -1, column: 3 });
  expect(placeAt(5, 5, view, layout)).toBeNull();
  expect(placeAt(101, 500, view, layout)).toBeNull();
  expect(boxOf({ row: 1, column: 3 }, view, layout)).toEqual({
    x: 100,
    y: 50,
    width: 10,
    height: 20,
  });
});

test("only what is in sight is drawn", () => {
  expect(visibleRange(30, 60, 10, 10)).toEqual([3, 9]);
  expect(visibleRange(95, 60, 10, 10)).toEqual([9, 10]);
  expect(visibleRange(0, 60, 10, 0)).toEqual([0, 0]);
});

test("keys move inside of the grid, never into the corner", () => {
  const at = { row: 2, column: 2 };
  const go = (key: string, control = false) => moved(key, control, at, layout, 3);
  expect(go("ArrowUp")).toEqual({ row: 1, column: 2 });
  expect(go("ArrowRight")).toEqual({ row: 2, column: 3 });
  expect(go("Home")).toEqual({ row: 2, column: -1 });
  expect(go("End", true)).toEqual({ row: 5, column: 9 });
  expect(go("PageUp")).toEqual({ row: -1, column: 2 });
  expect(go("PageDown")).toEqual({ row: 5, column: 2 });
  expect(go("a")).toBeNull();
  expect(clamped({ row: -5, column: -5 }, layout)).toEqual({ row: -1, column: 0 });
});

test("a place out of sight is scrolled to, one in sight is not", () => {
  expect(scrollTo({ row: 1, column: 3 }, view, layout)).toEqual({ left: 30, top: 20 });
  expect(scrollTo({ row: 0, column: 0 }, view, layout)).toEqual({ left: 0, top: 0 });
  expect(scrollTo({ row: 5, column: 9 }, view, layout)).toEqual({ left: 40, top: 60 });
  expect(scrollTo({ row: -1, column: -1 }, view, layout)).toEqual({ left: 30, top: 20 });
});
