import { useEffect, useState } from "react";
import { dropShortcuts, type Shortcut, setShortcuts } from "./shortcuts";

/** The shortcuts of a component, for as long as it is there. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const [owner] = useState(() => Symbol("shortcuts"));
  useEffect(() => setShortcuts(owner, shortcuts));
  useEffect(() => () => dropShortcuts(owner), [owner]);
}
