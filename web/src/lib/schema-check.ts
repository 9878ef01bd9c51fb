/** Does a value fit a JSON Schema (draft-07)? As the server decides it, with a reason per place. */

import type { Values } from "@/i18n/catalogue";

export type Schema = Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

export type ComplaintKey =
  | "required"
  | "type"
  | "choice"
  | "const"
  | "least"
  | "most"
  | "above"
  | "below"
  | "multipleOf"
  | "shortest"
  | "longest"
  | "pattern"
  | "date"
  | "dateTime"
  | "time"
  | "fewest"
  | "mostItems"
  | "unique"
  | "contains"
  | "unknownName"
  | "fewestNames"
  | "mostNames"
  | "noFit"
  | "severalFit";

/** What is wrong at a place; the words are the catalogue's. */
export interface Complaint {
  path: Path;
  key: ComplaintKey;
  values: Values;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function schemaOf(value: unknown): Schema {
  return isObject(value) ? value : {};
}

/** The types that a schema allows; none when it does not say. */
export function typesOf(schema: Schema): string[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.filter((one): one is string => typeof one === "string");
  return typeof type === "string" ? [type] : [];
}

export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  array: Array.isArray,
  object: isObject,
};

/** Everything that is wrong, outside first; none when the value fits. */
export function check(schema: unknown, value: unknown, path: Path = []): Complaint[] {
  if (schema === false) return [{ path, key: "noFit", values: {} }];
  if (!isObject(schema)) return [];
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => TYPES[type]?.(value)))
    return [{ path, key: "type", values: { type: types.join(" / ") } }];
  const found: Complaint[] = [];
  const say = (key: ComplaintKey, values: Values = {}) => found.push({ path, key, values });
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => equal(one, value))) say("choice");
  if ("const" in schema && !equal(schema.const, value))
    say("const", { value: JSON.stringify(schema.const) });
  if (typeof value === "number") checkNumber(schema, value, say);
  if (typeof value === "string") checkText(schema, value, say);
  if (Array.isArray(value)) found.push(...checkList(schema, value, path));
  if (isObject(value)) found.push(...checkObject(schema, value, path));
  return [...found, ...checkCombined(schema, value, path)];
}

type Say = (key: ComplaintKey, values?: Values) => void;

function checkNumber(schema: Schema, value: number, say: Say): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === "number" && value < minimum) say("least", { limit: minimum });
  if (typeof maximum === "number" && value > maximum) say("most", { limit: maximum });
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum)
    say("above", { limit: exclusiveMinimum });
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    say("below", { limit: exclusiveMaximum });
  if (typeof multipleOf === "number" && multipleOf > 0) {
    const times = value / multipleOf;
    if (Math.abs(times - Math.round(times)) > 1e-9) say("multipleOf", { limit: multipleOf });
  }
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/i;

function isDate(text: string): boolean {
  if (!DAY.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  return /[tT]/.test(text[10] ?? "") && isDate(text.slice(0, 10)) && CLOCK.test(text.slice(11));
}

function checkText(schema: Schema, value: string, say: Say): void {
  const length = [...value].length;
  const { minLength, maxLength, pattern, format } = schema;
  if (typeof minLength === "number" && length < minLength) say("shortest", { limit: minLength });
  if (typeof maxLength === "number" && length > maxLength) say("longest", { limit: maxLength });
  if (typeof pattern === "string" && matches(pattern, value) === false) say("pattern", { pattern });
  if (format === "date" && !isDate(value)) say("date");
  if (format === "date-time" && !isDateTime(value)) say("dateTime");
  if (format === "time" && !CLOCK.test(value)) say("time");
}

/** null when this browser cannot read the pattern: then the server has the only word. */
function matches(pattern: string, text: string): boolean | null {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return null;
  }
}

function checkList(schema: Schema, value: readonly unknown[], path: Path): Complaint[] {
  const found: Complaint[] = [];
  const { minItems, maxItems, items, additionalItems } = schema;
  if (typeof minItems === "number" && value.length < minItems)
    found.push({ path, key: "fewest", values: { limit: minItems } });
  if (typeof maxItems === "number" && value.length > maxItems)
    found.push({ path, key: "mostItems", values: { limit: maxItems } });
  if (
    schema.uniqueItems === true &&
    value.some((item, at) => value.findIndex((other) => equal(other, item)) < at)
  )
    found.push({ path, key: "unique", values: {} });
  if ("contains" in schema && !value.some((item) => fits(schema.contains, item)))
    found.push({ path, key: "contains", values: {} });
  value.forEach((item, at) => {
    const own = Array.isArray(items) ? (at < items.length ? items[at] : additionalItems) : items;
    found.push(...check(own, item, [...path, at]));
  });
  return found;
}

function checkObject(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): Complaint[] {
  const found: Complaint[] = [];
  const names = Object.keys(value);
  const { minProperties, maxProperties } = schema;
  for (const name of Array.isArray(schema.required) ? schema.required : [])
    if (!Object.hasOwn(value, String(name)))
      found.push({ path: [...path, String(name)], key: "required", values: {} });
  if (typeof minProperties === "number" && names.length < minProperties)
    found.push({ path, key: "fewestNames", values: { limit: minProperties } });
  if (typeof maxProperties === "number" && names.length > maxProperties)
    found.push({ path, key: "mostNames", values: { limit: maxProperties } });
  const properties = schemaOf(schema.properties);
  const patterns = Object.entries(schemaOf(schema.patternProperties));
  for (const name of names) {
    const at = [...path, name];
    const own = [
      ...(Object.hasOwn(properties, name) ? [properties[name]] : []),
      ...patterns.filter(([pattern]) => matches(pattern, name)).map(([, one]) => one),
    ];
    for (const one of own) found.push(...check(one, value[name], at));
    if (own.length > 0 || !("additionalProperties" in schema)) continue;
    if (schema.additionalProperties === false)
      found.push({ path: at, key: "unknownName", values: { name } });
    else found.push(...check(schema.additionalProperties, value[name], at));
  }
  if ("propertyNames" in schema)
    for (const name of names)
      if (!fits(schema.propertyNames, name))
        found.push({ path: [...path, name], key: "unknownName", values: { name } });
  for (const [name, needs] of Object.entries(schemaOf(schema.dependencies))) {
    if (!Object.hasOwn(value, name)) continue;
    if (!Array.isArray(needs)) found.push(...check(needs, value, path));
    else
      for (const other of needs)
        if (!Object.hasOwn(value, String(other)))
          found.push({ path: [...path, String(other)], key: "required", values: {} });
  }
  return found;
}

function checkCombined(schema: Schema, value: unknown, path: Path): Complaint[] {
  const found: Complaint[] = [];
  const all = Array.isArray(schema.allOf) ? schema.allOf : [];
  for (const one of all) found.push(...check(one, value, path));
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some((one) => fits(one, value)))
    found.push(...nearest(schema.anyOf, value, path));
  if (Array.isArray(schema.oneOf)) {
    const count = schema.oneOf.filter((one) => fits(one, value)).length;
    if (count === 0) found.push(...nearest(schema.oneOf, value, path));
    if (count > 1) found.push({ path, key: "severalFit", values: {} });
  }
  if ("not" in schema && fits(schema.not, value)) found.push({ path, key: "noFit", values: {} });
  if ("if" in schema) {
    const branch = fits(schema.if, value) ? schema.then : schema.else;
    if (branch !== undefined) found.push(...check(branch, value, path));
  }
  return found;
}

/** What the alternative of the value's own type misses says more than "none fits". */
function nearest(alternatives: readonly unknown[], value: unknown, path: Path): Complaint[] {
  const near = alternatives
    .map((one) => check(one, value, path))
    .filter((complaints) => !complaints.some(({ key, path: at }) => key === "type" && at === path));
  return near.length === 1 && near[0] ? near[0] : [{ path, key: "noFit", values: {} }];
}

export function fits(schema: unknown, value: unknown): boolean {
  return check(schema, value).length === 0;
}
