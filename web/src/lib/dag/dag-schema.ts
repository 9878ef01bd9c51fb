/** What a key of a DAG file means, by the server's JSON Schema of DAG files. Pure. */

import { partsOf } from "./jsonc";

type Schema = Record<string, unknown>;

export interface KeyHelp {
  description: string;
  /** "string", "integer or null", … */
  type: string;
  choices: string[];
  /** As JSON; null when there is none. */
  fallback: string | null;
  limits: string[];
}

/**
 * The help for a pointer, or null for a key that the schema does not know. `valueAt` gives a scalar
 * of the document as it is written: which fields `with` has depends on the task's type.
 */
export function helpFor(
  schema: unknown,
  pointer: string,
  valueAt: (pointer: string) => string | undefined,
): KeyHelp | null {
  if (!isSchema(schema)) return null;
  let at = "";
  let found: Schema[] = [schema];
  for (const part of partsOf(pointer)) {
    const all = found.flatMap((one) => spread(schema, one, at, valueAt));
    found = all.flatMap((one) => childrenOf(one, part));
    if (found.length === 0) return null;
    at += `/${part}`;
  }
  const all = found.flatMap((one) => spread(schema, one, at, valueAt));
  const first = <T>(read: (one: Schema) => T | undefined): T | undefined => {
    for (const one of all) {
      const value = read(one);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const types = new Set(
    all.flatMap((one) => [one.type].flat()).filter((type) => typeof type === "string"),
  );
  const fallback = first((one) => one.default);
  return {
    description:
      first((one) => (typeof one.description === "string" ? one.description : undefined)) ?? "",
    type: [...types].join(" or "),
    choices: [...new Set(all.flatMap((one) => (Array.isArray(one.enum) ? one.enum : [])))].map(
      (one) => JSON.stringify(one),
    ),
    fallback: fallback === undefined ? null : JSON.stringify(fallback),
    limits: ["minimum", "maximum", "maxLength", "minItems", "maxItems", "pattern"].flatMap(
      (name) => {
        const value = first((one) => one[name]);
        return value === undefined
          ? []
          : [`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`];
      },
    ),
  };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema with all that it is made of, itself first. */
function spread(
  root: Schema,
  schema: Schema,
  at: string,
  valueAt: (pointer: string) => string | undefined,
  depth = 0,
): Schema[] {
  if (depth > 12) return [];
  const out = [schema];
  const add = (value: unknown) => {
    if (isSchema(value)) out.push(...spread(root, value, at, valueAt, depth + 1));
  };
  if (typeof schema.$ref === "string") add(resolve(root, schema.$ref));
  for (const name of ["allOf", "anyOf", "oneOf"]) {
    const parts = schema[name];
    if (Array.isArray(parts)) parts.forEach(add);
  }
  if (isSchema(schema.if) && applies(schema.if, at, valueAt)) add(schema.then);
  return out;
}

/** Does a condition on the values of some keys hold? */
function applies(
  condition: Schema,
  at: string,
  valueAt: (pointer: string) => string | undefined,
): boolean {
  if (!isSchema(condition.properties)) return false;
  return Object.entries(condition.properties).every(([name, wanted]) => {
    const value = valueAt(`${at}/${name}`);
    if (value === undefined || !isSchema(wanted)) return false;
    const choices = Array.isArray(wanted.enum) ? wanted.enum : [wanted.const];
    return choices.some((choice) => JSON.stringify(choice) === value);
  });
}

function resolve(root: Schema, reference: string): unknown {
  let value: unknown = root;
  for (const part of partsOf(reference.replace(/^#/, ""))) {
    value = isSchema(value) ? value[part] : undefined;
  }
  return value;
}

function childrenOf(schema: Schema, part: string): Schema[] {
  const out: unknown[] = [];
  if (isSchema(schema.properties)) out.push(schema.properties[part]);
  if (isSchema(schema.patternProperties)) {
    for (const [pattern, value] of Object.entries(schema.patternProperties)) {
      if (new RegExp(pattern).test(part)) out.push(value);
    }
  }
  if (/^\d+$/.test(part)) out.push(schema.items);
  const known = out.some(isSchema);
  if (!known && isSchema(schema.additionalProperties)) out.push(schema.additionalProperties);
  return out.filter(isSchema);
}
