/** How this person likes to read logs; stays in this browser. */

import { createStore, useStore } from "./store";

export interface LogOptions {
  times: boolean;
  wrap: boolean;
}

const KEY = "weft.log";

function read(): LogOptions {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const of = (name: string) =>
      typeof kept === "object" && kept !== null && Reflect.get(kept, name) === true;
    return { times: of("times"), wrap: of("wrap") };
  } catch {
    return { times: false, wrap: false };
  }
}

const options = createStore<LogOptions>(read());

export function useLogOptions(): LogOptions {
  return useStore(options);
}

export function setLogOptions(next: LogOptions): void {
  options.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // The choice then lasts as long as the page.
  }
}
