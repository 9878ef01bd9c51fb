import { describe, expect, it } from "vitest";
import {
  LogBuffer,
  type LogPiece,
  lineAt,
  MAX_LINE_CHARS,
  startOffset,
  TAIL_BYTES,
} from "./log-buffer";

/** Pieces of ten bytes each, from a byte on. */
function filled(begin: number, pieces: readonly LogPiece[], maxLines?: number): LogBuffer {
  const buffer = new LogBuffer(begin, maxLines);
  pieces.forEach((piece, index) => {
    buffer.push(piece, begin + index * 10, begin + index * 10 + 10);
  });
  return buffer;
}

const texts = (buffer: LogBuffer) => buffer.lines().map((line) => line.text);

describe("LogBuffer", () => {
  it("keeps where a line stands, its stream and its time", () => {
    const buffer = filled(0, [
      { event: "one", timestamp: "2026-01-01T00:00:00Z" },
      { event: "two", stream: "stderr" },
    ]);
    expect(buffer.lines()).toEqual([
      { start: 0, end: 10, text: "one", timestamp: "2026-01-01T00:00:00Z", stream: null },
      { start: 10, end: 20, text: "two", timestamp: null, stream: "stderr" },
    ]);
    expect(buffer.firstNumber()).toBe(1);
  });

  it("joins the pieces of a line that the worker cut", () => {
    const buffer = filled(0, [
      { event: "a", partial: true },
      { event: "b", partial: true },
      { event: "c" },
      { event: "next" },
    ]);
    expect(texts(buffer)).toEqual(["abc", "next"]);
    expect(buffer.lines()[0]).toMatchObject({ start: 0, end: 30 });
  });

  it("does not join across streams", () => {
    const pieces: LogPiece[] = [
      { event: "out", partial: true },
      { event: "err", stream: "stderr" },
    ];
    expect(texts(filled(0, pieces))).toEqual(["out", "err"]);
  });

  it("drops the oldest lines and goes on counting", () => {
    const pieces = Array.from({ length: 100 }, (_, i) => ({ event: String(i + 1) }));
    const buffer = filled(0, pieces, 10);
    const lines = buffer.lines();
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines.at(-1)?.text).toBe("100");
    expect(String(buffer.firstNumber())).toBe(lines[0]?.text);
  });

  it("takes what comes before it, no line twice, and counts when it knows the beginning", () => {
    const window = filled(20, [{ event: "3" }, { event: "4" }]);
    expect(window.firstNumber()).toBeNull();
    // Where the first line of a window begins is not known, so it is read once more.
    window.prepend(filled(10, [{ event: "2" }, { event: "3" }]));
    expect(texts(window)).toEqual(["2", "3", "4"]);
    expect(window.firstNumber()).toBeNull();
    window.prepend(filled(0, [{ event: "1" }, { event: "2" }]));
    expect(texts(window)).toEqual(["1", "2", "3", "4"]);
    expect(window.firstNumber()).toBe(1);
  });

  it("cuts a line without an end", () => {
    const long = Array.from({ length: 10 }, () => ({ event: "x".repeat(10_000), partial: true }));
    expect(texts(filled(0, long))[0]?.length).toBeLessThan(MAX_LINE_CHARS + 3);
  });
});

describe("lineAt", () => {
  const lines = filled(100, [{ event: "a" }, { event: "b" }, { event: "c" }]).lines();
  it.each([
    [100, 0],
    [109, 0],
    [110, 1],
    [129, 2],
    [130, -1],
    [99, -1],
  ])("byte %d is in line %d", (byte, index) => {
    expect(lineAt(lines, byte)).toBe(index);
  });
});

describe("startOffset", () => {
  it("is the beginning of a small log and near the end of a large one", () => {
    expect(startOffset(undefined, undefined)).toBe(0);
    expect(startOffset(1000, undefined)).toBe(0);
    expect(startOffset(TAIL_BYTES + 7, undefined)).toBe(7);
  });
  it("is a little before the line that one was sent to, unless the end has it anyway", () => {
    expect(startOffset(TAIL_BYTES * 10, TAIL_BYTES * 10 - 5)).toBe(TAIL_BYTES * 9);
    expect(startOffset(TAIL_BYTES * 10, TAIL_BYTES)).toBe(TAIL_BYTES - 64 * 1024);
    expect(startOffset(TAIL_BYTES * 10, 10)).toBe(0);
  });
});
