import { describe, expect, it } from "vitest";
import { defaultConf, paramRows, parseConf, parseInstant } from "./params";

describe("paramRows", () => {
  it("reads value, type and description", () => {
    const rows = paramRows({
      mode: {
        value: "full",
        description: "How much",
        schema: { type: "string", enum: ["full", "new"] },
      },
      days: { value: 3, schema: { type: "integer" } },
      region: { value: null, schema: { type: ["string", "null"] } },
    });
    expect(rows).toEqual([
      {
        name: "mode",
        description: "How much",
        type: '"full" | "new"',
        required: false,
        value: "full",
      },
      { name: "days", description: "", type: "integer", required: false, value: 3 },
      { name: "region", description: "", type: "string or null", required: true, value: null },
    ]);
  });

  it("reads bare schemas and plain values", () => {
    expect(
      paramRows({ a: { type: "integer", default: 1 }, b: "x" }).map((row) => row.value),
    ).toEqual([1, "x"]);
  });

  it.each([[null], [undefined], [[]], ["text"]])("%j has none", (params) => {
    expect(paramRows(params)).toEqual([]);
  });
});

describe("defaultConf", () => {
  it("is JSON of what has a value", () => {
    const rows = paramRows({ a: { value: 1 }, b: { type: "string" } });
    expect(JSON.parse(defaultConf(rows))).toEqual({ a: 1 });
  });
});

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
