import { describe, expect, it } from "vitest";
import { type Box, groupsIn, passes, type RowItem, runRows, toggled, toggledSet } from "./run-rows";
import type { AnyState } from "./states";

const box = (id: string, more: Partial<Box> = {}): Box => ({
  id,
  type: "task",
  label: id,
  parent: null,
  is_mapped: false,
  operator: "shell",
  ...more,
});
const item = (task_id: string, map_index = -1, state: AnyState = "success"): RowItem => ({
  task_id,
  task_display_name: task_id,
  task_group_id: null,
  map_index,
  state,
});
const BOXES = [
  box("load", { type: "group" }),
  box("part", { parent: "load", is_mapped: true }),
  box("check", { parent: "load" }),
  box("extract"),
  box("report"),
];
const RANK = new Map([
  ["extract", 0],
  ["part", 1],
  ["check", 2],
  ["report", 3],
]);
const parts = (count: number) => Array.from({ length: count }, (_, index) => item("part", index));

function shown(items: RowItem[], more: { q?: string; state?: "failed"; fold?: string } = {}) {
  return runRows({
    items,
    boxes: BOXES,
    rank: RANK,
    filter: { q: more.q ?? "", state: more.state },
    toggled: toggledSet(more.fold),
  }).map((row) =>
    row.kind === "instance"
      ? `${" ".repeat(row.depth)}${row.item.task_id}${row.item.map_index >= 0 ? row.item.map_index : ""}`
      : `${" ".repeat(row.depth)}${row.isOpen ? "-" : "+"}${row.label}(${row.states.length})`,
  );
}

describe("a group's part of a run", () => {
  const outer = [
    box("inner", { type: "group", parent: "outer" }),
    box("outer", { type: "group" }),
    box("other", { type: "group" }),
  ];
  it("is what stands in it or in a group within it", () => {
    expect([...groupsIn("outer", outer)]).toEqual(["outer", "inner"]);
    const filter = { q: "", state: undefined, groups: groupsIn("outer", outer) };
    const of = (task_group_id: string | null) => passes({ ...item("a"), task_group_id }, filter);
    expect([of("outer"), of("inner"), of("other"), of(null)]).toEqual([true, true, false, false]);
  });
});

describe("runRows", () => {
  const run = [item("report"), ...parts(2), item("check"), item("extract")];

  it("follows the graph; a group stands where its first task does", () => {
    expect(shown(run)).toEqual([
      "extract",
      "-load(3)",
      " -part(2)",
      "  part0",
      "  part1",
      " check",
      "report",
    ]);
  });

  it("folds what one folds, and a large map at first", () => {
    expect(shown(run, { fold: "load" })).toEqual(["extract", "+load(3)", "report"]);
    expect(shown([...parts(2500)])).toEqual(["-load(2500)", " +part(2500)"]);
    expect(shown([...parts(6)], { fold: "part" })).toHaveLength(8);
  });

  it("opens everything that a filter lets through", () => {
    const many = [...parts(9), item("part", 9, "failed"), item("check")];
    expect(shown(many, { state: "failed" })).toEqual(["-load(1)", " -part(1)", "  part9"]);
    expect(shown(many, { q: "T[3]" })).toEqual(["-load(1)", " -part(1)", "  part3"]);
    expect(shown(many, { q: "nothing" })).toEqual([]);
  });

  it("keeps tasks that the graph does not have, last", () => {
    expect(shown([item("gone"), item("extract")])).toEqual(["extract", "gone"]);
  });

  it("sorts the instances of a map by their index", () => {
    expect(shown([item("part", 10), item("part", 9)]).slice(2)).toEqual(["  part9", "  part10"]);
  });
});

describe("toggled", () => {
  it("goes to the URL and back", () => {
    expect(toggled(undefined, "a")).toBe("a");
    expect(toggled("a,b", "a")).toBe("b");
    expect(toggled("a", "a")).toBeUndefined();
  });
});
