import { describe, expect, it } from "vitest";
import { confChanges, slowdown } from "./run-changes";

describe("confChanges", () => {
  it("names what came, went and is another", () => {
    expect(confChanges({ a: 1, b: [1], c: 3 }, { b: [1], c: 4, d: null })).toEqual([
      { name: "a", before: 1, after: undefined },
      { name: "c", before: 3, after: 4 },
      { name: "d", before: undefined, after: null },
    ]);
    expect(confChanges(null, {})).toEqual([]);
  });
});

describe("slowdown", () => {
  it("is told only when it is one", () => {
    expect(slowdown(10, 40)).toBe(4);
    expect(slowdown(10, 11)).toBeNull();
    expect(slowdown(0.1, 0.4)).toBeNull();
    expect(slowdown(null, 3)).toBeNull();
  });
});
