/** The language of the page: English unless the person, or else the browser, says German. */

import { createStore, useStore } from "@/lib/store";
import type { Catalogue } from "./catalogue";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** Every catalogue of a language by name; English has none here, as the pages bring theirs. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

export interface Spoken {
  language: Language;
  catalogues: Catalogues;
  plurals: Intl.PluralRules;
}

const KEY = "weft.language";
const english: Spoken = { language: "en", catalogues: {}, plurals: new Intl.PluralRules("en") };
const spoken = createStore<Spoken>(english);

export function useSpoken(): Spoken {
  return useStore(spoken);
}

/** For what is no component; see textOf. */
export function currentlySpoken(): Spoken {
  return spoken.get();
}

export function currentLanguage(): Language {
  return spoken.get().language;
}

/** Changes the language once its catalogues are here; rejects when they cannot be loaded. */
export async function speak(language: Language): Promise<void> {
  if (language === "en") spoken.set(english);
  else {
    const { catalogues } = await import("./de");
    spoken.set({ language, catalogues, plurals: new Intl.PluralRules(language) });
  }
  document.documentElement.lang = language;
}

/** Changes the language and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  await speak(language);
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** What to begin with: the last choice, else the first of the browser's languages we speak. */
export function preferredLanguage(): Language {
  let wished: readonly string[] = navigator.languages;
  try {
    const stored = localStorage.getItem(KEY);
    if (stored) wished = [stored];
  } catch {
    // Nothing is stored where storage is forbidden.
  }
  for (const tag of wished) {
    const primary = tag.split("-", 1)[0];
    if (primary === "en" || primary === "de") return primary;
  }
  return "en";
}
