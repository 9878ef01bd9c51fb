/** How a component speaks: `const t = useText("shell", en)`, then `t("signOut")`. */

import { useMemo } from "react";
import { type Catalogue, fill, type Values } from "./catalogue";
import { useSpoken } from "./language";

export type Text<English extends Catalogue> = (key: keyof English, values?: Values) => string;

/** The catalogue NAME in the language of the page; English for a key that it lacks. */
export function useText<English extends Catalogue>(name: string, english: English): Text<English> {
  const { catalogues, plurals } = useSpoken();
  return useMemo(() => {
    const translated: Catalogue | undefined = catalogues[name];
    return (key, values = {}) => {
      const message = translated?.[key as string] ?? english[key];
      return message === undefined ? String(key) : fill(message, values, plurals);
    };
  }, [catalogues, plurals, name, english]);
}
