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
    ["2026-01-31", "utc", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31 05:30", "utc", "2026-01-31T05:30:00.000Z"],
    ["2026-01-31", "Europe/Berlin", "2026-01-30T23:00:00.000Z"],
    ["2026-07-31 05:30", "Europe/Berlin", "2026-07-31T03:30:00.000Z"],
    // It says itself where.
    ["2026-01-31T05:30:00+02:00", "Europe/Berlin", "2026-01-31T03:30:00.000Z"],
    ["2026-01-31T05:30Z", "Europe/Berlin", "2026-01-31T05:30:00.000Z"],
  ])("%s in %s is %s", (text, zone, iso) => {
    expect(parseInstant(text, zone)).toBe(iso);
  });
  it("knows none from nonsense", () => {
    expect(parseInstant(" ", "utc")).toBeNull();
    expect(parseInstant("tomorrow", "utc")).toBeUndefined();
  });
});
