import { describe, expect, it } from "vitest";
import { check, type Schema } from "./schema-check";
import {
  earlierValues,
  fieldOf,
  initialOf,
  numberOf,
  paramsForm,
  placeOf,
  valueAt,
  withValue,
} from "./schema-form";

describe("fieldOf", () => {
  it.each<[Schema, string]>([
    [{ type: "string" }, "string"],
    [{ type: "string", format: "multiline" }, "multiline"],
    [{ type: "string", format: "date" }, "date"],
    [{ type: "string", format: "date-time" }, "date-time"],
    [{ type: "integer" }, "integer"],
    [{ type: ["number", "null"] }, "number"],
    [{ type: "boolean" }, "boolean"],
    [{ enum: [1, 2] }, "choice"],
    [{ oneOf: [{ const: "a", title: "First" }, { const: "b" }] }, "choice"],
    [{ const: 3 }, "const"],
    [{ type: "array", items: { type: "string" } }, "list"],
    [{ type: "array", items: { enum: ["a"] }, uniqueItems: true }, "choices"],
    [{ type: "array" }, "json"],
    [{ type: "object", properties: { a: {} } }, "object"],
    [{ type: "object" }, "json"],
    [{ type: ["string", "integer"] }, "json"],
    [{}, "json"],
  ])("%j is %s", (schema, kind) => {
    expect(fieldOf(schema).kind).toBe(kind);
  });

  it("gives a text of several lines room for them", () => {
    expect(fieldOf({ type: "string" }, "a\nb").kind).toBe("multiline");
  });

  it("sees through a union with null, and keeps its own title", () => {
    const field = fieldOf({
      title: "At",
      anyOf: [{ type: "string", format: "date" }, { type: "null" }],
    });
    expect(field).toMatchObject({ kind: "date", nullable: true, title: "At" });
  });

  it("names choices by their titles", () => {
    const { choices } = fieldOf({ oneOf: [{ const: 1, title: "One" }, { const: null }] });
    expect(choices).toEqual([
      { value: 1, label: "One" },
      { value: null, label: "null" },
    ]);
  });
});

describe("initialOf", () => {
  it.each<Schema>([
    { type: "integer", minimum: 3 },
    { type: "boolean" },
    { enum: ["a", "b"] },
    { type: "array", items: {} },
    { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    { type: "object" },
    { const: { a: 1 } },
  ])("fits %j", (schema) => {
    expect(check(schema, initialOf(schema))).toEqual([]);
  });
});

describe("places in a value", () => {
  const value = { a: [{ b: 1 }, { b: 2 }], c: 3 };
  it("are read and replaced without a change of the old value", () => {
    const next = withValue(value, ["a", 1, "b"], 9);
    expect(valueAt(next, ["a", 1, "b"])).toBe(9);
    expect(valueAt(value, ["a", 1, "b"])).toBe(2);
  });
  it("are taken away", () => {
    expect(withValue(value, ["c"], undefined)).toEqual({ a: value.a });
    expect(withValue(value, ["a", 0], undefined)).toEqual({ a: [{ b: 2 }], c: 3 });
  });
  it("are made", () => {
    expect(withValue(undefined, ["x", "y"], 1)).toEqual({ x: { y: 1 } });
    expect(valueAt(value, ["nothing", "there"])).toBeUndefined();
    expect(valueAt({}, ["constructor"])).toBeUndefined();
  });
});

describe("numberOf", () => {
  it.each([
    ["12", 12],
    ["-1.5", -1.5],
    ["1e3", 1000],
    [" ", undefined],
    ["12x", "12x"],
    ["Infinity", "Infinity"],
  ])("%j is %j", (typed, value) => {
    expect(numberOf(typed)).toBe(value);
  });
});

describe("paramsForm", () => {
  const params = {
    mode: { value: "full", description: "How", schema: { enum: ["full", "new"] } },
    ratio: { value: null, description: null, schema: { type: ["number", "null"] } },
    who: { value: null, description: null, schema: { type: "string" } },
    plain: 3,
  };
  it("knows what has no default from what is null", () => {
    const { schema, defaults } = paramsForm(params);
    expect(schema.required).toEqual(["who"]);
    expect(defaults).toEqual({ mode: "full", ratio: null, plain: 3 });
    expect(check(schema, defaults).map(({ path }) => path)).toEqual([["who"]]);
    expect(schema.properties).toMatchObject({ mode: { description: "How" } });
  });
  it("takes from an earlier run only what is still a param", () => {
    const { schema, defaults } = paramsForm(params);
    expect(earlierValues(schema, defaults, { who: "x", gone: 1 })).toEqual({
      mode: "full",
      ratio: null,
      plain: 3,
      who: "x",
    });
  });
  it.each([[null], [[]], ["text"]])("%j has none", (given) => {
    expect(paramsForm(given).defaults).toEqual({});
  });
});

describe("placeOf", () => {
  it.each([
    ['param "rows": Expected number', ["rows"], "Expected number"],
    ['param "opts": at [deep][1]: wrong type', ["opts", "deep", 1], "wrong type"],
    ['params_input: param "limit": too much', ["limit"], "too much"],
    ['param "who" has no default: give it in conf', ["who"], "has no default: give it in conf"],
  ])("%s", (message, path, rest) => {
    expect(placeOf(message)).toEqual({ path, message: rest });
  });
  it("is none in other words", () => {
    expect(placeOf("the DAG is gone")).toBeNull();
  });
});
