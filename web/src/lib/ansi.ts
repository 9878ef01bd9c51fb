/** One log line with escape sequences → pieces of plain text with their looks. Never HTML. */

import Anser from "anser";

export interface Piece {
  text: string;
  /** Classes of styles.css for the sixteen named colours and the decorations. */
  className: string;
  /** The task's own colours (256-colour palette, true colour); classes ansi-own-fg and -bg use them. */
  color?: string;
  background?: string;
}

// What is left after the colours: cursor movement, titles, and lone control characters.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject.
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g;

/** The text of a line as a search should see it. */
export function stripAnsi(line: string): string {
  return line.includes("\u001b") ? Anser.ansiToText(clean(line)) : clean(line);
}

function clean(line: string): string {
  // A progress bar rewrites its line; only what was left standing is of interest.
  const standing = line.replace(/\r+$/, "");
  const rewritten = standing.lastIndexOf("\r");
  return (rewritten < 0 ? standing : standing.slice(rewritten + 1)).replace(CONTROL, "");
}

export function parseAnsi(line: string): Piece[] {
  const text = clean(line);
  if (!text.includes("\u001b")) return text ? [{ text, className: "" }] : [];
  const pieces: Piece[] = [];
  for (const part of Anser.ansiToJson(text, { use_classes: true, remove_empty: true })) {
    if (!part.content) continue;
    const classes: string[] = part.decorations.map((name) => `ansi-${name}`);
    const piece: Piece = { text: part.content, className: "" };
    const foreground = colour(part.fg, part.fg_truecolor, classes, "fg");
    const background = colour(part.bg, part.bg_truecolor, classes, "bg");
    if (foreground) {
      piece.color = foreground;
      classes.push("ansi-own-fg");
    }
    if (background) {
      piece.background = background;
      classes.push("ansi-own-bg");
    }
    piece.className = classes.join(" ");
    pieces.push(piece);
  }
  return pieces;
}

function colour(
  name: string | null,
  trueColour: string | null,
  classes: string[],
  side: "fg" | "bg",
): string | undefined {
  if (!name) return undefined;
  if (name === "ansi-truecolor") return trueColour ? `rgb(${trueColour})` : undefined;
  const palette = /^ansi-palette-(\d+)$/.exec(name);
  if (palette) return paletteColour(Number(palette[1]));
  classes.push(`${name}-${side}`);
  return undefined;
}

/** Entries 16-255 of the 256-colour palette: a 6×6×6 cube, then 24 greys. */
export function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const cube = index - 16;
  const level = (n: number) => (n === 0 ? 0 : 55 + 40 * n);
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`;
}
