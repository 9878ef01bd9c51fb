/**
 * The caller's token and what is known about the way to the server.
 *
 * The token lives in localStorage when the person asked to stay signed in, else in sessionStorage.
 */

import { createStore } from "@/lib/store";

const KEY = "weft.token";

export const token = createStore<string | null>(null);

/** Why the person has to sign in again; null on the first visit. */
export const signInReason = createStore<string | null>(null);

/** False from the first call that got no answer to the next that does. */
export const reachable = createStore(true);

export function loadToken(): void {
  token.set(read(sessionStorage) ?? read(localStorage));
}

export function signIn(value: string, remember: boolean): void {
  forget();
  try {
    (remember ? localStorage : sessionStorage).setItem(KEY, value);
  } catch {
    // Storage may be forbidden; the token then lives as long as the page.
  }
  signInReason.set(null);
  token.set(value);
}

export function signOut(reason: string | null = null): void {
  forget();
  signInReason.set(reason);
  token.set(null);
}

/** Takes the token out of `#token=…`, as `weft dev` prints it, and out of the address bar. */
export function adoptTokenFromFragment(location: Location, history: History): void {
  const value = tokenOfFragment(location.hash);
  if (!value) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  signIn(value, true);
}

export function tokenOfFragment(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token")?.trim() || null;
}

/** Signing out in one tab signs out the others. */
export function followOtherTabs(target: Window): void {
  target.addEventListener("storage", (event) => {
    if (event.key === KEY && event.storageArea === localStorage) token.set(read(localStorage));
  });
}

function read(storage: Storage): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

function forget(): void {
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.removeItem(KEY);
    } catch {
      // Nothing is kept where storage is forbidden.
    }
  }
}
