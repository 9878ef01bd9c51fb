import { describe, expect, it } from "vitest";
import { barOf, firstFailed, type Instance, sortInstances, topologicalRank } from "./tasks";

const instance = (task_id: string, more: Partial<Instance> = {}): Instance => ({
  task_id,
  map_index: -1,
  state: null,
  ...more,
});

describe("topologicalRank", () => {
  it("puts upstreams first and keeps the file's order among equals", () => {
    const rank = topologicalRank([
      { task_id: "load", downstream_task_ids: [] },
      { task_id: "extract", downstream_task_ids: ["clean", "check"] },
      { task_id: "clean", downstream_task_ids: ["load"] },
      { task_id: "check", downstream_task_ids: ["load"] },
    ]);
    expect([...rank.keys()]).toEqual(["extract", "clean", "check", "load"]);
  });

  it("ends on a cycle, too", () => {
    const rank = topologicalRank([
      { task_id: "a", downstream_task_ids: ["b"] },
      { task_id: "b", downstream_task_ids: ["a"] },
      { task_id: "c", downstream_task_ids: [] },
    ]);
    expect([...rank.keys()]).toEqual(["c", "a", "b"]);
  });
});

describe("sortInstances", () => {
  it("follows the graph, then the map index, unknown tasks last", () => {
    const rank = new Map([
      ["z", 0],
      ["a", 1],
    ]);
    const sorted = sortInstances(
      [
        instance("gone"),
        instance("a", { map_index: 2 }),
        instance("a", { map_index: 1 }),
        instance("z"),
      ],
      rank,
    );
    expect(sorted.map((item) => `${item.task_id}${item.map_index}`)).toEqual([
      "z-1",
      "a1",
      "a2",
      "gone-1",
    ]);
  });
});

describe("firstFailed", () => {
  it("is the one that ended first and ignores what it pulled down", () => {
    const found = firstFailed([
      instance("victim", { state: "upstream_failed", end_date: "2026-01-01T00:00:01Z" }),
      instance("second", { state: "failed", end_date: "2026-01-01T00:00:09Z" }),
      instance("first", { state: "failed", end_date: "2026-01-01T00:00:02Z" }),
      instance("unended", { state: "failed" }),
    ]);
    expect(found?.task_id).toBe("first");
  });
  it("is nothing when nothing failed", () => {
    expect(firstFailed([instance("a", { state: "success" })])).toBeUndefined();
  });
});

describe("barOf", () => {
  const span = { start: 0, end: 10_000 };
  it("is a share of the run's time", () => {
    const item = instance("a", {
      start_date: "1970-01-01T00:00:02Z",
      end_date: "1970-01-01T00:00:07Z",
    });
    expect(barOf(item, span, 0)).toEqual({ left: 20, width: 50 });
  });
  it("grows while the task runs and is never invisible", () => {
    const item = instance("a", { start_date: "1970-01-01T00:00:05Z" });
    expect(barOf(item, span, 5_000)).toEqual({ left: 50, width: 0.5 });
    expect(barOf(item, span, 60_000)).toEqual({ left: 50, width: 50 });
  });
  it("is nothing before the start", () => {
    expect(barOf(instance("a"), span, 0)).toBeNull();
  });
});
