/** The page's clock and time zone: one timer for everything that counts on. */

import { useSyncExternalStore } from "react";
import type { Zone } from "./format";
import { createStore, useStore } from "./store";

const clock = createStore(Date.now());
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  const leave = clock.subscribe(listener);
  watchers.add(listener);
  if (!timer) {
    clock.set(Date.now());
    timer = setInterval(() => clock.set(Date.now()), 1000);
  }
  return () => {
    leave();
    watchers.delete(listener);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time in milliseconds, moving once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, clock.get);
}

/** Which zone times are shown in; "dag": that of the DAG which the page is about. */
export const ZONE_CHOICES = ["local", "utc", "dag"] as const;
export type ZoneChoice = (typeof ZONE_CHOICES)[number];

const ZONE_KEY = "weft.zone";
const choice = createStore<ZoneChoice>(readZone());

/** The zone of the DAG that the page is about, null on other pages. The frame sets it. */
export const dagZone = createStore<string | null>(null);

export function useZone(): [Zone, (next: ZoneChoice) => void] {
  const chosen = useStore(choice);
  const own = useStore(dagZone);
  return [zoneOf(chosen, own), chooseZone];
}

export function useZoneChoice(): ZoneChoice {
  return useStore(choice);
}

/** Local time where the page is about no DAG. */
export function zoneOf(chosen: ZoneChoice, own: string | null): Zone {
  return chosen === "dag" ? (own ?? "local") : chosen;
}

export function chooseZone(next: ZoneChoice): void {
  choice.set(next);
  try {
    localStorage.setItem(ZONE_KEY, next);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function readZone(): ZoneChoice {
  try {
    const stored = localStorage.getItem(ZONE_KEY);
    return ZONE_CHOICES.find((name) => name === stored) ?? "local";
  } catch {
    return "local";
  }
}
