/** The page's colours for what is drawn on a canvas, and when they change. */

import { useSyncExternalStore } from "react";
import { LETTERS, stateOf } from "@/lib/dag/letters";
import { stateClass } from "@/lib/states";

export interface CanvasTheme {
  page: string;
  panel: string;
  raised: string;
  line: string;
  ink: string;
  muted: string;
  accent: string;
  font: string;
  /** By the grid's letter. */
  states: Readonly<Record<string, string>>;
}

export function readTheme(): CanvasTheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#888888";
  return {
    page: colour("page"),
    panel: colour("panel"),
    raised: colour("raised"),
    line: colour("line"),
    ink: colour("ink"),
    muted: colour("muted"),
    accent: colour("accent"),
    font: getComputedStyle(document.body).fontFamily || "sans-serif",
    states: Object.fromEntries(
      LETTERS.map((letter) => [letter, colour(stateClass(stateOf(letter)))]),
    ),
  };
}

let version = 0;

function subscribe(listener: () => void): () => void {
  const changed = () => {
    version += 1;
    listener();
  };
  const dark = window.matchMedia?.("(prefers-color-scheme: dark)");
  dark?.addEventListener("change", changed);
  const attributes = new MutationObserver(changed);
  attributes.observe(document.documentElement, { attributes: true });
  return () => {
    dark?.removeEventListener("change", changed);
    attributes.disconnect();
  };
}

/** A number that grows when the colours change. */
export function useThemeVersion(): number {
  return useSyncExternalStore(subscribe, () => version);
}
