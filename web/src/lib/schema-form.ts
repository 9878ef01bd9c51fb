/** A form made from a JSON Schema: which input a place gets, and how its value is put back. */

import { fits, isObject, type Path, type Schema, schemaOf, typesOf } from "./schema-check";

export type FieldKind =
  | "string"
  | "multiline"
  | "integer"
  | "number"
  | "boolean"
  | "choice"
  | "choices"
  | "const"
  | "date"
  | "date-time"
  | "list"
  | "object"
  | "json";

export interface Choice {
  value: unknown;
  label: string;
}

export interface Field {
  kind: FieldKind;
  title: string;
  description: string;
  /** null is a value of its own here. */
  nullable: boolean;
  choices: readonly Choice[];
  /** Values from `examples`, offered and not enforced. */
  suggestions: readonly string[];
  items: Schema;
  properties: readonly { name: string; schema: Schema; required: boolean }[];
  /** What the inputs' own limits are; the checks are in schema-check.ts. */
  schema: Schema;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function labelOf(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

/** A union with null becomes the other side, nullable; a oneOf of constants becomes choices. */
function flatten(schema: Schema): { schema: Schema; nullable: boolean } {
  const alternatives = Array.isArray(schema.anyOf) ? schema.anyOf : schema.oneOf;
  if (Array.isArray(alternatives)) {
    const others = alternatives.filter((one) => typesOf(schemaOf(one)).join() !== "null");
    if (others.length === 1 && others.length < alternatives.length) {
      const { anyOf: _any, oneOf: _one, ...rest } = schema;
      return { schema: { ...rest, ...schemaOf(others[0]) }, nullable: true };
    }
  }
  const types = typesOf(schema);
  if (types.length === 2 && types.includes("null"))
    return { schema: { ...schema, type: types.find((one) => one !== "null") }, nullable: true };
  return { schema, nullable: false };
}

function choicesOf(schema: Schema): Choice[] {
  if (Array.isArray(schema.enum))
    return schema.enum.map((value) => ({ value, label: labelOf(value) }));
  const named = Array.isArray(schema.oneOf) ? schema.oneOf : schema.anyOf;
  if (!Array.isArray(named) || !named.every((one) => isObject(one) && "const" in one)) return [];
  return named.map((one) => {
    const { const: value, title } = schemaOf(one);
    return { value, label: text(title) || labelOf(value) };
  });
}

/** `sample` is the value to start from: a text of several lines gets room for them. */
export function fieldOf(given: Schema, sample?: unknown): Field {
  const { schema, nullable } = flatten(given);
  const choices = choicesOf(schema);
  const properties = Object.entries(schemaOf(schema.properties)).map(([name, one]) => ({
    name,
    schema: schemaOf(one),
    required: Array.isArray(schema.required) && schema.required.includes(name),
  }));
  return {
    kind: kindOf(schema, choices, sample),
    title: text(given.title) || text(schema.title),
    description: text(given.description) || text(schema.description),
    nullable: nullable && !choices.some(({ value }) => value === null),
    choices,
    suggestions: Array.isArray(schema.examples)
      ? schema.examples.filter((one): one is string => typeof one === "string")
      : [],
    items: schemaOf(schema.items),
    properties,
    schema,
  };
}

function kindOf(schema: Schema, choices: readonly Choice[], sample: unknown): FieldKind {
  if ("const" in schema) return "const";
  if (choices.length > 0) return "choice";
  const types = typesOf(schema);
  switch (types.length === 1 ? types[0] : undefined) {
    case "string":
      return textKind(schema, sample);
    case "integer":
      return "integer";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return listKind(schema);
    case "object":
      return isObject(schema.properties) && Object.keys(schema.properties).length > 0
        ? "object"
        : "json";
    default:
      return "json";
  }
}

function textKind(schema: Schema, sample: unknown): FieldKind {
  if (schema.format === "date") return "date";
  if (schema.format === "date-time") return "date-time";
  const long =
    schema.format === "multiline" || text(schema.contentMediaType) || text(sample).includes("\n");
  return long ? "multiline" : "string";
}

function listKind(schema: Schema): FieldKind {
  if (!isObject(schema.items)) return "json";
  return choicesOf(schema.items).length > 0 && schema.uniqueItems === true ? "choices" : "list";
}

/** What a new item, or a value that was null, begins with. */
export function initialOf(schema: Schema): unknown {
  if ("default" in schema) return schema.default;
  if ("const" in schema) return schema.const;
  const field = fieldOf(schema);
  if (field.choices[0]) return field.choices[0].value;
  switch (field.kind) {
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "boolean":
      return false;
    case "list":
    case "choices":
      return [];
    case "object":
      return Object.fromEntries(
        field.properties
          .filter(({ required, schema: own }) => required || "default" in own)
          .map(({ name, schema: own }) => [name, initialOf(own)]),
      );
    case "json":
      return typesOf(field.schema)[0] === "array"
        ? []
        : typesOf(field.schema)[0] === "object"
          ? {}
          : null;
    default:
      return "";
  }
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = Object.hasOwn(at, step) ? at[step] : undefined;
    else return undefined;
  }
  return at;
}

/** A copy with another value at a place; undefined takes the place away. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const inner = withValue(copy[Number(step)], rest, next);
    if (inner === undefined) copy.splice(Number(step), 1);
    else copy[Number(step)] = inner;
    return copy;
  }
  const object = isObject(value) ? value : {};
  const inner = withValue(object[step], rest, next);
  if (inner !== undefined) return { ...object, [step]: inner };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== String(step)));
}

/** Number typed by a person; the text itself when it is none, so that nothing typed gets lost. */
export function numberOf(typed: string): number | string | undefined {
  const trimmed = typed.trim();
  if (!trimmed) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) && /^[-+\d.]/.test(trimmed) ? value : typed;
}

/** Params as the API gives them, {name: {value, schema}}, as one schema and its defaults. */
export function paramsForm(params: unknown): { schema: Schema; defaults: object } {
  const properties: Record<string, Schema> = {};
  const defaults: Record<string, unknown> = {};
  const required: string[] = [];
  for (const [name, given] of Object.entries(schemaOf(params))) {
    // A plain value is a param without a schema.
    const wrapped = isObject(given) && "schema" in given ? given : { value: given, schema: {} };
    const own = schemaOf(wrapped.schema);
    const description = text(wrapped.description);
    properties[name] = description ? { description, ...own } : own;
    const { value } = wrapped;
    // The API says null for "no default", too; where null is no value, it means that.
    const missing = value === undefined || (value === null && !fits(own, null));
    if (missing) required.push(name);
    else defaults[name] = value;
  }
  // What has to be filled in comes first.
  const isOptional = ([name]: [string, Schema]) => (required.includes(name) ? 0 : 1);
  const ordered = Object.entries(properties).sort((a, b) => isOptional(a) - isOptional(b));
  return {
    schema: { type: "object", properties: Object.fromEntries(ordered), required },
    defaults,
  };
}

/** Values of an earlier run over the defaults; names that are no params any more stay out. */
export function earlierValues(schema: Schema, defaults: object, conf: unknown): object {
  const properties = schemaOf(schema.properties);
  const known = Object.entries(schemaOf(conf)).filter(([name]) => Object.hasOwn(properties, name));
  return { ...defaults, ...Object.fromEntries(known) };
}

/** The place that a 422 of the server is about: `param "opts": at [deep]: reason`. */
export function placeOf(message: string): { path: Path; message: string } | null {
  const param = /^(?:params_input: )?param "([^"]+)"(?:: |(?= has ))([\s\S]*)$/.exec(message);
  if (!param?.[1]) return null;
  const inner = /^at ((?:\[[^\]]*\])+): ([\s\S]*)$/.exec(param[2] ?? "");
  const steps = [...(inner?.[1] ?? "").matchAll(/\[([^\]]*)\]/g)].map(([, step]) => step ?? "");
  return {
    path: [param[1], ...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))],
    message: (inner?.[2] ?? param[2] ?? "").trim(),
  };
}
