/** Keys that do something on the page that is shown: the list of them, and who hears them. */

export interface Shortcut {
  /** Keys in their order: "g h", "/", "mod+k" (Ctrl, or ⌘ on a Mac). */
  keys: string;
  label: string;
  group: string;
  run: () => void;
}

/** Between two keys of one shortcut. */
const PAUSE_MS = 1000;

/** Which shortcut the keys make, one after the other. */
export class KeyReader {
  private typed: string[] = [];
  private at = 0;

  /** The shortcut that this key completes; what was registered last counts first. */
  read(chord: string, now: number, shortcuts: readonly Shortcut[]): Shortcut | null {
    if (now - this.at > PAUSE_MS) this.typed = [];
    this.at = now;
    this.typed.push(chord);
    // A key that goes on with nothing may begin anew: "g g h" is "g h".
    for (; this.typed.length > 0; this.typed.shift()) {
      const keys = this.typed.join(" ");
      const found = shortcuts.findLast((shortcut) => shortcut.keys === keys);
      if (found) {
        this.typed = [];
        return found;
      }
      if (shortcuts.some((shortcut) => shortcut.keys.startsWith(`${keys} `))) return null;
    }
    return null;
  }
}

export interface KeyLike {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** "k", "?", "mod+k"; null for what is no shortcut's business. */
export function chordOf({ key, ctrlKey, metaKey, altKey }: KeyLike): string | null {
  if (altKey || key === "Shift" || key === "Control" || key === "Meta") return null;
  return ctrlKey || metaKey ? `mod+${key.toLowerCase()}` : key;
}

const registered = new Map<symbol, readonly Shortcut[]>();

export function setShortcuts(owner: symbol, shortcuts: readonly Shortcut[]): void {
  registered.set(owner, shortcuts);
}

export function dropShortcuts(owner: symbol): void {
  registered.delete(owner);
}

export function allShortcuts(): Shortcut[] {
  return [...registered.values()].flat();
}

/** Hears the keys of the document; gives what ends it. */
export function listenForShortcuts(target: Document): () => void {
  const reader = new KeyReader();
  const onKey = (event: KeyboardEvent) => {
    const chord = chordOf(event);
    if (chord === null || event.defaultPrevented || event.isComposing) return;
    // Who types means the letter; a dialog has keys of its own.
    const busy =
      event.target instanceof Element &&
      event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (busy && !chord.startsWith("mod+")) return;
    const found = reader.read(chord, event.timeStamp, allShortcuts());
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  target.addEventListener("keydown", onKey);
  return () => target.removeEventListener("keydown", onKey);
}
