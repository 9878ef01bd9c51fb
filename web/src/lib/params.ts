/** What a person types into the trigger form, read. */

import type { Zone } from "./format";
import { instantAt } from "./wall-time";

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

/** An instant typed by a person, in this zone unless it has one. null for "none", undefined for nonsense. */
export function parseInstant(text: string, zone: Zone): string | null | undefined {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (!/(?:Z|\d[+-]\d\d:?\d\d)$/i.test(trimmed)) return instantAt(trimmed, zone) ?? undefined;
  const time = Date.parse(trimmed);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
