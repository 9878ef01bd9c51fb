import { describe, expect, it } from "vitest";
import { rowsInSight, scrollFor } from "./window-rows";

describe("rowsInSight", () => {
  it("begins with the first rows and goes past the window", () => {
    const { from, to } = rowsInSight(-100, 800, 50, 10_000);
    expect(from).toBe(0);
    expect(to).toBeGreaterThanOrEqual(14 + 8);
    expect(to).toBeLessThan(14 + 8 + 4);
  });

  it("has all that is in sight, wherever one is", () => {
    for (let offset = 0; offset < 500_000; offset += 377) {
      const { from, to } = rowsInSight(offset, 800, 50, 10_000);
      expect(from * 50).toBeLessThanOrEqual(Math.max(0, offset));
      expect(to * 50).toBeGreaterThanOrEqual(Math.min(500_000, offset + 800));
      expect(to - from).toBeLessThan(60);
    }
  });

  it("stays the same for some rows of scrolling", () => {
    const ranges = new Set<string>();
    for (let offset = 50_000; offset < 50_300; offset += 10) {
      ranges.add(JSON.stringify(rowsInSight(offset, 800, 50, 10_000)));
    }
    expect(ranges.size).toBeLessThanOrEqual(4);
  });

  it("ends with the list", () => {
    expect(rowsInSight(0, 800, 50, 3)).toEqual({ from: 0, to: 3 });
    expect(rowsInSight(0, 800, 50, 0)).toEqual({ from: 0, to: 0 });
    expect(rowsInSight(499_500, 800, 50, 10_000).to).toBe(10_000);
  });
});

describe("scrollFor", () => {
  it.each([
    ["in sight", 10, 0, null],
    ["under what sticks", 10, 490, -20],
    ["above", 0, 500, -530],
    ["below", 100, 0, 4250],
  ])("%s", (_, row, offset, by) => {
    expect(scrollFor(row, 50, offset, 800, 30)).toBe(by);
  });
});
