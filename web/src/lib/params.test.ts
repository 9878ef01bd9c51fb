import { describe, expect, it } from "vitest";
import { parseConf, parseInstant } from "./params";

describe("parseConf", () => {
  it("takes an object, and nothing as an empty one", () => {
    expect(parseConf('{"a": 1}')).toEqual({ conf: { a: 1 } });
    expect(parseConf("  ")).toEqual({ conf: {} });
  });
  it.each([["[1]"], ["3"], ["null"], ["{"]])("refuses %s", (text) => {
    expect(parseConf(text)).toHaveProperty("error");
  });
});

describe("parseInstant", () => {
  it.each([
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31 05:30", "2026-01-31T05:30:00.000Z"],
    ["2026-01-31T05:30:00+02:00", "2026-01-31T03:30:00.000Z"],
  ])("%s is %s", (text, iso) => {
    expect(parseInstant(text)).toBe(iso);
  });
  it("knows none from nonsense", () => {
    expect(parseInstant(" ")).toBeNull();
    expect(parseInstant("tomorrow")).toBeUndefined();
  });
});
