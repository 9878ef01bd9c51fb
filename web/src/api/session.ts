/**
 * Who is signed in, and what is known about the way to the server.
 *
 * The session itself is a cookie that no script can read. What stands here, and in localStorage for
 * the other tabs, is the user's name: a hint, and no right to anything.
 */

import { basePath } from "@/lib/base-path";
import { createStore } from "@/lib/store";
import { toApiError, unreachable } from "./problem";

const KEY = "weft.user";
const AWAY = "The server could not be told that you signed out: your session there may go on.";

/** The name of the user whose session the browser has; null: nobody is signed in. */
export const sessionUser = createStore<string | null>(null);

/** Why the person has to sign in again; null on the first visit. */
export const signInReason = createStore<string | null>(null);

/** False from the first call that got no answer to the next that does. */
export const reachable = createStore(true);

/** The ways to sign in that the server offers. */
export interface SignInMethods {
  password: boolean;
  oidc: { name: string; login_path: string } | null;
}

/**
 * Whose session the browser has. Only a browser without the hint has to ask: one that comes from
 * the OpenID provider, or for the first time.
 */
export async function loadSession(): Promise<void> {
  const known = read();
  if (known) return sessionUser.set(known);
  try {
    const session = (await call("GET", "/auth/session")) as { username: string | null };
    if (session.username) signIn(session.username);
  } catch {
    // The sign-in page says more when somebody tries.
  }
}

export async function signInWithPassword(username: string, password: string): Promise<void> {
  await open({ body: JSON.stringify({ username, password }) });
}

/** Exchanges an API token for a session: the token is kept nowhere. */
export async function signInWithToken(value: string): Promise<void> {
  await open({ headers: { Authorization: `Bearer ${value}` }, body: "{}" });
}

export async function signInMethods(): Promise<SignInMethods> {
  return (await call("GET", "/auth/methods")) as SignInMethods;
}

/** Where the browser goes to sign in by the OpenID provider and come back to `next`. */
export function providerUrl(loginPath: string, next: string | undefined): string {
  return `${basePath}${loginPath}?${new URLSearchParams({ next: next ?? "/" })}`;
}

/** The browser has a session of this user now. */
export function signIn(user: string): void {
  write(user);
  signInReason.set(null);
  sessionUser.set(user);
}

/**
 * Ends the session, on the server and here; with a reason it is over there already. The server comes
 * first: its late answer would take the cookie of the next one who signs in.
 */
export async function signOut(reason: string | null = null): Promise<void> {
  let told = reason;
  if (reason === null && sessionUser.get() !== null) {
    try {
      await call("POST", "/auth/logout", { body: "{}", signal: AbortSignal.timeout(5000) });
    } catch {
      told = AWAY;
    }
  }
  write(null);
  signInReason.set(told);
  sessionUser.set(null);
}

/**
 * Takes the token out of `#token=…`, as `weft dev` prints it, and out of the address bar, and signs
 * in with it. Who has a session keeps it: a link must not make somebody else of a person.
 */
export async function adoptTokenFromFragment(location: Location, history: History): Promise<void> {
  const value = tokenOfFragment(location.hash);
  if (!value) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (sessionUser.get() !== null && (await isAlive())) return;
  try {
    await signInWithToken(value);
  } catch (error) {
    await signOut(error instanceof Error ? error.message : "The link's token does not sign in.");
  }
}

export function tokenOfFragment(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token")?.trim() || null;
}

/** Signing in or out in one tab does so in the others. */
export function followOtherTabs(target: Window): void {
  target.addEventListener("storage", (event) => {
    if (event.key === KEY && event.storageArea === localStorage) sessionUser.set(read());
  });
}

async function isAlive(): Promise<boolean> {
  try {
    const session = (await call("GET", "/auth/session")) as { username: string | null };
    return session.username !== null;
  } catch {
    return false;
  }
}

async function open(request: RequestInit): Promise<void> {
  const session = (await call("POST", "/auth/login", request)) as { username: string };
  signIn(session.username);
}

/** The answer's JSON; throws ApiError for every refusal, and when none comes. */
async function call(method: string, path: string, request: RequestInit = {}): Promise<unknown> {
  const headers = new Headers(request.headers);
  if (method !== "GET") headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(`${window.location.origin}${basePath}${path}`, {
      ...request,
      method,
      headers,
    });
  } catch {
    throw unreachable();
  }
  if (response.status === 204) return null;
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw toApiError(response.status, body);
  return body;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Storage may be forbidden: then each page asks the server whose session there is. */
function write(user: string | null): void {
  try {
    if (user === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, user);
  } catch {
    // As above.
  }
}
