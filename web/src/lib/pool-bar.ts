/** A pool's slots as parts of a bar. */

interface Slots {
  slots: number;
  running_slots: number;
  queued_slots: number;
  scheduled_slots: number;
  deferred_slots: number;
  open_slots: number;
  include_deferred: boolean;
}
export type PartState = "running" | "queued" | "deferred" | "open" | "scheduled";
export interface Part {
  state: PartState;
  count: number;
  /** Of the bar's width, in percent. */
  share: number;
}

/**
 * What is in use fills the bar, what is open the rest, and what waits (scheduled) overhangs it. A
 * pool without a limit has no rest, so what there is fills its bar.
 */
export function poolBar(pool: Slots): Part[] {
  const used: [PartState, number][] = [
    ["running", pool.running_slots],
    ["queued", pool.queued_slots],
    ["deferred", pool.include_deferred ? pool.deferred_slots : 0],
    ["open", pool.slots < 0 ? 0 : Math.max(0, pool.open_slots)],
    ["scheduled", pool.scheduled_slots],
  ];
  const whole = used.reduce((sum, [, count]) => sum + count, 0);
  return used
    .filter(([, count]) => count > 0)
    .map(([state, count]) => ({ state, count, share: (100 * count) / whole }));
}
