/** Which lines of a log are shown and which are found: levels, search, marks. Pure. */

import { type Piece, stripAnsi } from "./ansi";
import type { LogLine } from "./log-buffer";
import type { LevelFilter } from "./search-run";

export const LEVELS = ["debug", "info", "warning", "error"] as const;
export type Level = (typeof LEVELS)[number];

const WORDS: readonly [RegExp, Level][] = [
  [
    /\b(?:ERROR|FATAL|CRITICAL|SEVERE|EMERG|ALERT|PANIC)\b|\berror:|"level": ?"(?:error|fatal|critical)"|level=(?:error|fatal)/,
    "error",
  ],
  [/^Traceback \(most recent call last\)|^[\w.]*(?:Error|Exception)\b(?::|$)|^panic:/, "error"],
  [/\bWARN(?:ING)?\b|\bwarning:|"level": ?"warn(?:ing)?"|level=warn/, "warning"],
  [/\b(?:DEBUG|TRACE|VERBOSE)\b|"level": ?"(?:debug|trace)"|level=debug/, "debug"],
  [/\b(?:INFO|NOTICE)\b|"level": ?"info"|level=info/, "info"],
];

/** Only the beginning of a line names its level; what follows is the message. */
const HEAD_CHARS = 200;

/** The level that a line names; null when it names none. */
export function namedLevel(text: string): Level | null {
  const head = text.slice(0, HEAD_CHARS);
  return WORDS.find(([word]) => word.test(head))?.[1] ?? null;
}

/** A line that is indented goes on with what the line before it began. */
export function levelOf(text: string, before: Level | null): Level | null {
  return namedLevel(text) ?? (/^\s+\S/.test(text) ? before : null);
}

export interface LogFilter {
  query: string;
  level: LevelFilter | undefined;
  /** Only lines that the search finds. */
  only: boolean;
}

/** null: nothing is looked for; "invalid": a `/regular expression/` that is none. */
export function matcherOf(query: string): RegExp | null | "invalid" {
  if (!query) return null;
  const pattern = /^\/(.+)\/$/.exec(query)?.[1];
  try {
    return new RegExp(pattern ?? query.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
  } catch {
    return "invalid";
  }
}

/** Where a text is found, as pairs of begin and end. */
export function rangesOf(text: string, matcher: RegExp): [begin: number, end: number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(matcher)) {
    if (match[0].length > 0) found.push([match.index, match.index + match[0].length]);
    if (found.length >= 100) break;
  }
  return found;
}

export interface Indexed {
  /** Indices of the lines that are shown; null: all. */
  rows: readonly number[] | null;
  /** Indices of the lines that the search finds, of those that are shown. */
  hits: readonly number[];
  /** Index of the first line that tells of an error; -1: none. */
  firstError: number;
}

/** Remembers how far it has come: a log that grows is not read again from its beginning. */
export class LogIndex {
  private filter: LogFilter = { query: "", level: undefined, only: false };
  private firstLine: LogLine | undefined;
  private seen = 0;
  private rows: number[] = [];
  private hits: number[] = [];
  private firstError = -1;
  private level: Level | null = null;
  private matcher: RegExp | null = null;

  update(lines: readonly LogLine[], filter: LogFilter): Indexed {
    const same =
      filter.query === this.filter.query &&
      filter.level === this.filter.level &&
      filter.only === this.filter.only;
    if (!same || lines[0] !== this.firstLine || lines.length < this.seen) this.restart(filter);
    this.firstLine = lines[0];
    // The last line may still grow, so it is looked at again.
    const settled = Math.max(0, lines.length - 1);
    for (; this.seen < settled; this.seen += 1) this.add(lines, this.seen);
    const kept = { rows: this.rows.length, hits: this.hits.length };
    const before = { level: this.level, firstError: this.firstError };
    if (lines.length > settled) this.add(lines, settled);
    const shown = filter.level !== undefined || (filter.only && this.matcher !== null);
    const result: Indexed = {
      rows: shown ? this.rows.slice() : null,
      hits: this.hits.slice(),
      firstError: this.firstError,
    };
    this.rows.length = kept.rows;
    this.hits.length = kept.hits;
    this.level = before.level;
    this.firstError = before.firstError;
    return result;
  }

  private restart(filter: LogFilter): void {
    const matcher = matcherOf(filter.query);
    this.filter = { ...filter };
    this.matcher = matcher === "invalid" ? null : matcher;
    this.seen = 0;
    this.rows = [];
    this.hits = [];
    this.level = null;
    this.firstError = -1;
  }

  private add(lines: readonly LogLine[], at: number): void {
    const line = lines[at];
    if (!line) return;
    const text = stripAnsi(line.text);
    this.level = levelOf(text, this.level);
    if (this.level === "error" && this.firstError < 0) this.firstError = at;
    if (!this.passes(line)) return;
    if (this.matcher) {
      this.matcher.lastIndex = 0;
      if (this.matcher.test(text)) this.hits.push(at);
      else if (this.filter.only) return;
    }
    this.rows.push(at);
  }

  private passes(line: LogLine): boolean {
    const { level } = this.filter;
    if (level === undefined) return true;
    if (level === "stderr") return line.stream === "stderr";
    return LEVELS.indexOf(this.level ?? "debug") >= LEVELS.indexOf(level);
  }
}

export interface MarkedPiece extends Piece {
  marked: boolean;
}

/** The pieces of a line, cut where what is found begins and ends. */
export function markPieces(
  pieces: readonly Piece[],
  ranges: readonly (readonly [begin: number, end: number])[],
): MarkedPiece[] {
  if (ranges.length === 0) return pieces.map((piece) => ({ ...piece, marked: false }));
  const result: MarkedPiece[] = [];
  let begin = 0;
  for (const piece of pieces) {
    const end = begin + piece.text.length;
    let at = begin;
    const put = (to: number, marked: boolean) => {
      if (to > at)
        result.push({ ...piece, text: piece.text.slice(at - begin, to - begin), marked });
      at = Math.max(at, to);
    };
    for (const [from, to] of ranges) {
      if (to <= begin || from >= end) continue;
      put(Math.max(from, begin), false);
      put(Math.min(to, end), true);
    }
    put(end, false);
    begin = end;
  }
  return result;
}
