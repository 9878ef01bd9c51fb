/** The trigger form's text: from the DAG's params, and back to a conf. */

export interface ParamRow {
  name: string;
  description: string;
  type: string;
  required: boolean;
  value: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Params as the API gives them: {name: {value, description, schema}}, or plain values. */
export function paramRows(params: unknown): ParamRow[] {
  if (!isObject(params)) return [];
  return Object.entries(params).map(([name, given]) => {
    if (!isObject(given)) return { name, description: "", type: "", required: false, value: given };
    const schema = isObject(given.schema) ? given.schema : given;
    const value = "value" in given ? given.value : schema.default;
    const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type;
    const description = given.description ?? schema.description;
    return {
      name,
      description: typeof description === "string" ? description : "",
      type: Array.isArray(schema.enum)
        ? schema.enum.map((choice) => JSON.stringify(choice)).join(" | ")
        : typeof type === "string"
          ? type
          : "",
      required: value === undefined || value === null,
      value,
    };
  });
}

/** The defaults as the text to start from; what has none is left for the person to write. */
export function defaultConf(rows: readonly ParamRow[]): string {
  const known = rows.filter((row) => row.value !== undefined);
  return JSON.stringify(Object.fromEntries(known.map((row) => [row.name, row.value])), null, 2);
}

export type Parsed = { conf: Record<string, unknown> } | { error: string };

export function parseConf(text: string): Parsed {
  if (!text.trim()) return { conf: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: error instanceof Error ? error.message : "This is not JSON." };
  }
  return isObject(value)
    ? { conf: value }
    : { error: 'The params are an object: {"name": value}.' };
}

/** An instant typed by a person; without a zone it is UTC. null for "none", undefined for nonsense. */
export function parseInstant(text: string): string | null | undefined {
  const trimmed = text.trim();
  if (!trimmed) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(trimmed) || /^\d{4}-\d\d-\d\d$/.test(trimmed);
  const time = Date.parse(zoned ? trimmed : `${trimmed.replace(" ", "T")}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
