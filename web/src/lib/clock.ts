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

const ZONE_KEY = "weft.zone";
const zone = createStore<Zone>(readZone());

export function useZone(): [Zone, (next: Zone) => void] {
  return [useStore(zone), setZone];
}

function setZone(next: Zone): void {
  zone.set(next);
  try {
    localStorage.setItem(ZONE_KEY, next);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function readZone(): Zone {
  try {
    return localStorage.getItem(ZONE_KEY) === "utc" ? "utc" : "local";
  } catch {
    return "local";
  }
}
