/**
 * A DAG file's text as lines of coloured pieces, each key and value with its place in the document.
 * Goes on whatever is wrong with the text: what it shows may be broken. Pure.
 */

export type TokenKind = "key" | "string" | "number" | "word" | "mark" | "comment" | "space";

export interface Token {
  kind: TokenKind;
  text: string;
  /** JSON pointer of the key's value, or of the value itself; null for all else. */
  pointer: string | null;
}

export interface Source {
  lines: Token[][];
  /** The line (from 0) on which each pointer's key, or else its value, begins. */
  lineOf: ReadonlyMap<string, number>;
  /** The scalars as they are written. */
  scalars: ReadonlyMap<string, string>;
}

interface Frame {
  pointer: string;
  array: boolean;
  index: number;
  /** The pointer of the value that comes next in an object; null while a key is awaited. */
  member: string | null;
}

const PIECES =
  /(\s+)|(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"\\\n]|\\.)*"?)|(-?\d[\d.eE+-]*)|([A-Za-z_]\w*)|([\s\S])/g;

export function readSource(text: string): Source {
  const lines: Token[][] = [[]];
  const lineOf = new Map<string, number>();
  const scalars = new Map<string, string>();
  const stack: Frame[] = [];

  const push = (kind: TokenKind, piece: string, pointer: string | null) => {
    piece.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ kind, text: part, pointer });
    });
  };
  const here = (): string => {
    const top = stack.at(-1);
    if (!top) return "";
    return top.array ? `${top.pointer}/${top.index}` : (top.member ?? top.pointer);
  };
  const begin = (pointer: string) => {
    if (!lineOf.has(pointer)) lineOf.set(pointer, lines.length - 1);
  };

  for (const [piece, space, comment, string, number, word] of text.matchAll(PIECES)) {
    const top = stack.at(-1);
    if (space !== undefined) push("space", piece, null);
    else if (comment !== undefined) push("comment", piece, null);
    else if (string !== undefined && top && !top.array && top.member === null) {
      top.member = `${top.pointer}/${escaped(unquoted(piece))}`;
      begin(top.member);
      push("key", piece, top.member);
    } else if (string !== undefined || number !== undefined || word !== undefined) {
      const pointer = here();
      begin(pointer);
      scalars.set(pointer, piece);
      push(
        string !== undefined ? "string" : number !== undefined ? "number" : "word",
        piece,
        pointer,
      );
    } else {
      if (piece === "{" || piece === "[") {
        const pointer = here();
        begin(pointer);
        stack.push({ pointer, array: piece === "[", index: 0, member: null });
      } else if (piece === "}" || piece === "]") {
        stack.pop();
      } else if (piece === "," && top) {
        if (top.array) top.index += 1;
        else top.member = null;
      }
      push("mark", piece, null);
    }
  }
  return { lines, lineOf, scalars };
}

/** The string at a pointer; null when there is none. */
export function stringAt(source: Source, pointer: string): string | null {
  const raw = source.scalars.get(pointer);
  return raw?.startsWith('"') ? unquoted(raw) : null;
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text.replace(/^"|"$/g, "");
  }
}

/** A name as a part of a JSON pointer. */
export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function partsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** "tasks[2].with.default[0]", as the server's messages name a place. */
export function pathOf(pointer: string): string {
  return partsOf(pointer)
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

export function pointerOf(path: string): string {
  const parts = path.match(/[^.[\]]+/g) ?? [];
  return parts.map((part) => `/${escaped(part)}`).join("");
}
