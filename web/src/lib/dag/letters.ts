/** The grid's letters: one per state, as `GET …/grid` gives them. */

import type { AnyState } from "@/lib/states";

const STATE_OF: Readonly<Record<string, AnyState>> = {
  n: null,
  c: "scheduled",
  q: "queued",
  r: "running",
  s: "success",
  f: "failed",
  k: "skipped",
  u: "upstream_failed",
  y: "up_for_retry",
  e: "up_for_reschedule",
  d: "deferred",
  x: "removed",
  t: "restarting",
};

/** The worst first: what a folded group or a mapped task shows. The server's order. */
const WORST = "fuyeqcdrtnskx";

/** Where there is no instance at all. */
export const NOTHING = ".";

export const LETTERS: readonly string[] = [...WORST];

/** The state of a letter; undefined where there is no instance. */
export function stateOf(letter: string): AnyState | undefined {
  return STATE_OF[letter];
}

export function letterOf(state: AnyState): string {
  return LETTERS.find((letter) => STATE_OF[letter] === state) ?? NOTHING;
}

/** The letter that stands for all of them. */
export function worst(letters: Iterable<string>): string {
  let found = WORST.length;
  for (const letter of letters) {
    const at = WORST.indexOf(letter);
    if (at >= 0 && at < found) found = at;
  }
  return WORST[found] ?? NOTHING;
}
