import { describe, expect, it } from "vitest";
import { check, equal, fits } from "./schema-check";

const said = (schema: unknown, value: unknown) =>
  check(schema, value).map(({ path, key }) => [path.join("."), key].filter(Boolean).join(" "));

describe("check", () => {
  it.each<[string, unknown, unknown, string[]]>([
    ["a type", { type: "integer" }, 1.5, ["type"]],
    ["one of two types", { type: ["number", "null"] }, null, []],
    ["a number is an integer when it is whole", { type: "integer" }, 3, []],
    ["true is no number", { type: "number" }, true, ["type"]],
    ["a choice", { enum: ["a", null] }, "b", ["choice"]],
    ["a constant", { const: { a: [1] } }, { a: [2] }, ["const"]],
    ["limits", { minimum: 1, exclusiveMaximum: 5 }, 5, ["below"]],
    ["the least", { minimum: 1 }, 0, ["least"]],
    ["multiples", { multipleOf: 0.1 }, 0.3, []],
    ["no multiple", { multipleOf: 2 }, 3, ["multipleOf"]],
    ["characters, not bytes", { maxLength: 2 }, "🙂🙂", []],
    ["too short", { minLength: 1 }, "", ["shortest"]],
    ["a pattern that is anywhere", { pattern: "b+" }, "abba", []],
    ["a pattern that is nowhere", { pattern: "^b" }, "ab", ["pattern"]],
    ["a pattern that this browser cannot read", { pattern: "(?i)x" }, "y", []],
    ["a day", { format: "date" }, "2026-02-29", ["date"]],
    ["a leap day", { format: "date" }, "2028-02-29", []],
    ["an instant", { format: "date-time" }, "2026-01-01T00:00:00Z", []],
    ["no instant", { format: "date-time" }, "2026-01-01", ["dateTime"]],
    ["a format of what is no text", { format: "date" }, 3, []],
    ["items", { items: { type: "string" } }, ["a", 3], ["1 type"]],
    ["a tuple", { items: [{ type: "string" }], additionalItems: false }, ["a", 1], ["1 noFit"]],
    ["twice", { uniqueItems: true }, [{ a: 1 }, { a: 1 }], ["unique"]],
    ["how many", { minItems: 1 }, [], ["fewest"]],
    ["contains", { contains: { const: 3 } }, [1, 2], ["contains"]],
    ["a missing name", { required: ["a"] }, {}, ["a required"]],
    [
      "an unknown name",
      { properties: { a: {} }, additionalProperties: false },
      { b: 1 },
      ["b unknownName"],
    ],
    ["others", { additionalProperties: { type: "string" } }, { b: 1 }, ["b type"]],
    [
      "names by pattern",
      { patternProperties: { "^n": { type: "number" } } },
      { n1: "x" },
      ["n1 type"],
    ],
    ["a need of another", { dependencies: { a: ["b"] } }, { a: 1 }, ["b required"]],
    ["all", { allOf: [{ minimum: 1 }, { maximum: 0 }] }, 2, ["most"]],
    ["any", { anyOf: [{ type: "string" }, { type: "null" }] }, 3, ["noFit"]],
    [
      "any, where one is near",
      { anyOf: [{ type: "string", minLength: 3 }, { type: "null" }] },
      "ab",
      ["shortest"],
    ],
    ["one, not two", { oneOf: [{ minimum: 1 }, { maximum: 5 }] }, 3, ["severalFit"]],
    ["not", { not: { type: "null" } }, null, ["noFit"]],
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    ["then", { if: { minimum: 10 }, then: { multipleOf: 10 } }, 15, ["multipleOf"]],
    ["false fits nothing", false, 1, ["noFit"]],
    ["true fits all", true, 1, []],
    ["deep down", { properties: { a: { items: { type: "null" } } } }, { a: [1] }, ["a.0 type"]],
  ])("%s", (_, schema, value, wanted) => {
    expect(said(schema, value)).toEqual(wanted);
    expect(fits(schema, value)).toBe(wanted.length === 0);
  });
});

describe("equal", () => {
  it("compares what is inside, whatever the order of names", () => {
    expect(equal({ a: [1, { b: null }], c: 2 }, { c: 2, a: [1, { b: null }] })).toBe(true);
    expect(equal([1], { 0: 1 })).toBe(false);
    expect(equal({ a: undefined }, {})).toBe(false);
  });
});
