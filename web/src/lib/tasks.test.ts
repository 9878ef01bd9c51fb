import { describe, expect, it } from "vitest";
import { phasesOf, stripes, type Timed, topologicalRank } from "./tasks";

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

const at = (seconds: number) => new Date(seconds * 1000).toISOString();

describe("stripes", () => {
  const span = { start: 0, end: 10_000 };
  const item = (more: Partial<Timed>): Timed => ({ state: "running", tries: [], ...more });

  it("shows each try with the time that it waited", () => {
    const tries = [
      {
        try_number: 1,
        state: "failed" as const,
        queued_when: at(1),
        start_date: at(2),
        end_date: at(4),
      },
      {
        try_number: 2,
        state: "running" as const,
        queued_when: at(6),
        start_date: at(7),
        end_date: null,
      },
    ];
    expect(stripes(item({ tries }), span, 9_000)).toEqual([
      { key: "w1", state: "waiting", left: 10, width: 10 },
      { key: "t1", state: "failed", left: 20, width: 20 },
      { key: "w2", state: "waiting", left: 60, width: 10 },
      { key: "t2", state: "running", left: 70, width: 20 },
    ]);
  });

  it("shows what has no tries, and is never invisible", () => {
    expect(stripes(item({ start_date: at(5) }), span, 5_000)).toEqual([
      { key: "t0", state: "running", left: 50, width: 0.5 },
    ]);
  });

  it("is nothing before the start, and in a run without length", () => {
    expect(stripes(item({}), span, 0)).toEqual([]);
    expect(stripes(item({ start_date: at(0) }), { start: 5, end: 5 }, 9)).toEqual([]);
  });
});

describe("phasesOf", () => {
  it("says where the time went", () => {
    const attempt = {
      scheduled_when: at(1),
      queued_when: at(3),
      start_date: at(4),
      end_date: null,
    };
    expect(phasesOf(attempt, 10_000)).toEqual([
      { name: "waited", seconds: 2 },
      { name: "started", seconds: 1 },
      { name: "ran", seconds: 6 },
    ]);
    expect(phasesOf({ ...attempt, start_date: null }, 10_000)).toHaveLength(1);
  });
});
