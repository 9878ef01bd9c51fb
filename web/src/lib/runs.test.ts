import { describe, expect, it } from "vitest";
import { barHeights, partsOf, type RunLike, recentRuns } from "./runs";

const run = (dag_id: string, day: number, state: RunLike["state"] = "success"): RunLike => ({
  dag_id,
  dag_run_id: `r${day}`,
  run_after: `2026-01-${String(day).padStart(2, "0")}T00:00:00Z`,
  state,
});

describe("recentRuns", () => {
  it("lets the newer knowledge win and keeps the newest, oldest first", () => {
    const own = [run("a", 3, "running"), run("b", 8), run("a", 2), run("a", 1)];
    const latest = [run("a", 4, "queued"), run("b", 9), run("a", 3, "failed")];
    const merged = recentRuns("a", own, latest, 3);
    expect(merged.map((item) => [item.dag_run_id, item.state])).toEqual([
      ["r2", "success"],
      ["r3", "failed"],
      ["r4", "queued"],
    ]);
  });
});

describe("partsOf", () => {
  it("covers what is in sight, and no more", () => {
    expect(partsOf(0, 0, 25)).toEqual([]);
    expect(partsOf(0, 25, 25)).toEqual([0]);
    expect(partsOf(24, 26, 25)).toEqual([0, 1]);
    expect(partsOf(50, 90, 25)).toEqual([2, 3]);
  });
});

describe("barHeights", () => {
  it("is relative to the longest and never invisible", () => {
    const runs = [
      { ...run("a", 1), start_date: "2026-01-01T00:00:00Z", end_date: "2026-01-01T00:00:10Z" },
      { ...run("a", 2), start_date: "2026-01-02T00:00:00Z", end_date: "2026-01-02T00:00:05Z" },
      run("a", 3, "queued"),
    ];
    expect(barHeights(runs, 0)).toEqual([100, 50, 20]);
  });
  it("takes no runs, and runs without any time", () => {
    expect(barHeights([], 0)).toEqual([]);
    expect(barHeights([run("a", 1)], 0)).toEqual([20]);
  });
});
