import { describe, expect, it } from "vitest";
import { parseAnsi } from "./ansi";
import type { LogLine } from "./log-buffer";
import { LogIndex, levelOf, markPieces, matcherOf, namedLevel, rangesOf } from "./log-index";

const lines = (...texts: string[]): LogLine[] =>
  texts.map((text, index) => ({
    start: index * 10,
    end: index * 10 + 10,
    text,
    timestamp: null,
    stream: text.startsWith("!") ? "stderr" : "stdout",
  }));
const ALL = { query: "", level: undefined, only: false } as const;

describe("levels", () => {
  it.each([
    ["2026-01-01 ERROR cannot open", "error"],
    ["error: no such file", "error"],
    ["Traceback (most recent call last):", "error"],
    ["ValueError: nope", "error"],
    ["java.io.IOException: closed", "error"],
    ['{"level":"error","msg":"x"}', "error"],
    ["level=warn msg=slow", "warning"],
    ["[WARNING] slow", "warning"],
    ["DEBUG x", "debug"],
    ["INFO error handling loaded", "info"],
    ["0 errors found", null],
    ["terrors", null],
  ])("%s → %s", (text, level) => {
    expect(namedLevel(text)).toBe(level);
  });

  it("goes on with an indented line", () => {
    expect(levelOf('  File "x.py", line 3', "error")).toBe("error");
    expect(levelOf("next", "error")).toBeNull();
  });
});

describe("LogIndex", () => {
  it("shows all and finds nothing when nothing is asked", () => {
    expect(new LogIndex().update(lines("a", "b"), ALL)).toEqual({
      rows: null,
      hits: [],
      firstError: -1,
    });
  });

  it("filters by level, lines without one as the lowest", () => {
    const log = lines("plain", "INFO a", "WARNING b", "ERROR c", "  at d", "!e");
    const index = new LogIndex();
    expect(index.update(log, { ...ALL, level: "info" }).rows).toEqual([1, 2, 3, 4]);
    expect(index.update(log, { ...ALL, level: "error" })).toMatchObject({
      rows: [3, 4],
      firstError: 3,
    });
    expect(index.update(log, { ...ALL, level: "stderr" }).rows).toEqual([5]);
  });

  it("searches what is read, not the colours, and can leave out the rest", () => {
    const log = lines("\u001b[31mre\u001b[0md", "[31m", "RED again");
    const index = new LogIndex();
    expect(index.update(log, { ...ALL, query: "red" })).toMatchObject({ rows: null, hits: [0, 2] });
    expect(index.update(log, { ...ALL, query: "red", only: true }).rows).toEqual([0, 2]);
    expect(index.update(log, { ...ALL, query: "/^re+d$/" }).hits).toEqual([0]);
  });

  it("goes on where it was when the log grows, and reads the last line again", () => {
    const index = new LogIndex();
    const log = lines("ERROR a", "b");
    expect(index.update(log, { ...ALL, query: "x" }).hits).toEqual([]);
    const grown = [...log, ...lines("x", "y").map((line) => ({ ...line, start: 90 }))];
    if (grown[1]) grown[1].text = "bx";
    expect(index.update(grown, { ...ALL, query: "x" })).toMatchObject({
      hits: [1, 2],
      firstError: 0,
    });
  });

  it("starts anew when lines came in front", () => {
    const index = new LogIndex();
    const log = lines("a", "ERROR b");
    index.update(log, ALL);
    expect(index.update([...lines("ERROR z"), ...log], ALL).firstError).toBe(0);
  });
});

describe("marks", () => {
  it("takes plain text as it is, and says when an expression is none", () => {
    expect(rangesOf("a.b axb", matcherOf("a.b") as RegExp)).toEqual([[0, 3]]);
    expect(matcherOf("/(/")).toBe("invalid");
    expect(matcherOf("")).toBeNull();
  });

  it("cuts the pieces of a coloured line", () => {
    const pieces = markPieces(parseAnsi("\u001b[31mab\u001b[0mcd"), [[1, 3]]);
    expect(pieces.map(({ text, className, marked }) => [text, className, marked])).toEqual([
      ["a", "ansi-red-fg", false],
      ["b", "ansi-red-fg", true],
      ["c", "", true],
      ["d", "", false],
    ]);
  });
});
