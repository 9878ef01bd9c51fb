/** Which DAGs "hold everything" paused: kept in this browser, for whoever resumes them here. */

import { createStore } from "./store";

export interface Held {
  /** When the hold began. */
  at: string;
  dagIds: readonly string[];
}

const KEY = "weft.held";

export const held = createStore<Held | null>(null);

export function loadHeld(): void {
  try {
    held.set(parseHeld(localStorage.getItem(KEY)));
  } catch {
    // Nothing is stored where storage is forbidden.
  }
}

export function parseHeld(text: string | null): Held | null {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    if (!("at" in value) || !("dagIds" in value)) return null;
    const { at, dagIds } = value;
    if (typeof at !== "string" || !Array.isArray(dagIds)) return null;
    const ids = dagIds.filter((id: unknown): id is string => typeof id === "string");
    return ids.length > 0 ? { at, dagIds: ids } : null;
  } catch {
    return null;
  }
}

/** Adds to what is held; the first ones begin the hold. */
export function addHeld(dagIds: readonly string[], at: string): void {
  settleHeld(held.get(), dagIds, at);
}

/** What was paused for sure, in place of what was added since `before` in good faith. */
export function settleHeld(before: Held | null, dagIds: readonly string[], at: string): void {
  const all = [...new Set([...(before?.dagIds ?? []), ...dagIds])];
  keep(all.length > 0 ? { at: before?.at ?? at, dagIds: all } : null);
}

export function dropHeld(dagIds: ReadonlySet<string>): void {
  const before = held.get();
  if (!before) return;
  const left = before.dagIds.filter((id) => !dagIds.has(id));
  keep(left.length > 0 ? { ...before, dagIds: left } : null);
}

export function forgetHeld(): void {
  keep(null);
}

function keep(next: Held | null): void {
  held.set(next);
  try {
    if (next) localStorage.setItem(KEY, JSON.stringify(next));
    else localStorage.removeItem(KEY);
  } catch {
    // What is held is then known as long as the page.
  }
}
