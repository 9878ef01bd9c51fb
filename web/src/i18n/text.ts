/** How a component speaks: `const t = useText("shell", en)`, then `t("signOut")`. */

import { useMemo } from "react";
import { type Catalogue, fill, type Values } from "./catalogue";
import { currentlySpoken, type Spoken, useSpoken } from "./language";

export type Text<English extends Catalogue> = (key: keyof English, values?: Values) => string;

/** The catalogue NAME in the language of the page; English for a key that it lacks. */
export function useText<English extends Catalogue>(name: string, english: English): Text<English> {
  const spoken = useSpoken();
  return useMemo(() => textIn(spoken, name, english), [spoken, name, english]);
}

/**
 * The same for what is no component. The frame draws every page anew when the language changes, so
 * what a component got from it is never old.
 */
export function textOf<English extends Catalogue>(name: string, english: English): Text<English> {
  return textIn(currentlySpoken(), name, english);
}

function textIn<English extends Catalogue>(
  { catalogues, plurals }: Spoken,
  name: string,
  english: English,
): Text<English> {
  const translated: Catalogue | undefined = catalogues[name];
  return (key, values = {}) => {
    const message = translated?.[key as string] ?? english[key];
    return message === undefined ? String(key) : fill(message, values, plurals);
  };
}
