/** What a person types into the trigger form, read. */

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
