/** What a URL's query may say on each page; anything else is dropped, so a bad link still opens. */

export type Raw = Record<string, unknown>;

export function text(value: unknown, max = 250): string | undefined {
  return typeof value === "string" && value.trim() ? value.slice(0, max) : undefined;
}

export function count(value: unknown, least: number): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= least
    ? number
    : undefined;
}

export function oneOf<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

export interface SignInSearch {
  next?: string | undefined;
}

/** Only a path of this site may follow the sign-in. */
export function signInSearch(raw: Raw): SignInSearch {
  const next = text(raw.next, 2000);
  return { next: next && /^\/(?![/\\])/.test(next) ? next : undefined };
}

export function parseSearch(search: string): Raw {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Raw): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  const joined = parameters.toString();
  return joined ? `?${joined}` : "";
}
