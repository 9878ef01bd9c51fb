/** Light or dark: the person's choice, else the system's. `data-theme` of the page says which. */

import { createStore, useStore } from "./store";

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];
export type Theme = "light" | "dark";

const KEY = "weft.theme"; // public/theme.js reads it, too
const choice = createStore<ThemeChoice>(readChoice());
const theme = createStore<Theme>(resolve(choice.get(), systemIsDark()));

export function resolve(chosen: ThemeChoice, darkSystem: boolean): Theme {
  if (chosen === "system") return darkSystem ? "dark" : "light";
  return chosen;
}

export function useThemeChoice(): ThemeChoice {
  return useStore(choice);
}

/** What is shown now; for what is drawn on a canvas and has to be drawn anew. */
export function useTheme(): Theme {
  return useStore(theme);
}

export function chooseTheme(next: ThemeChoice): void {
  choice.set(next);
  try {
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // The choice then lasts as long as the page.
  }
  apply();
}

/** Keeps up with the system while the person leaves it the choice. */
export function followTheme(): void {
  apply();
  systemQuery()?.addEventListener("change", apply);
}

function apply(): void {
  theme.set(resolve(choice.get(), systemIsDark()));
  document.documentElement.dataset.theme = theme.get();
}

function systemQuery(): MediaQueryList | undefined {
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)");
}

function systemIsDark(): boolean {
  return systemQuery()?.matches ?? false;
}

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((name) => name === stored) ?? "system";
  } catch {
    return "system";
  }
}
