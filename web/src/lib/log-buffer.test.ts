import { describe, expect, it } from "vitest";
import { formatBytes, LogBuffer, MAX_LINE_CHARS, startOffset, TAIL_BYTES } from "./log-buffer";

describe("LogBuffer", () => {
  it("numbers lines and keeps their stream and time", () => {
    const buffer = new LogBuffer();
    buffer.push({ event: "one", timestamp: "2026-01-01T00:00:00Z" });
    buffer.push({ event: "two", stream: "stderr" });
    expect(buffer.lines()).toEqual([
      { number: 1, text: "one", timestamp: "2026-01-01T00:00:00Z", stream: "stdout" },
      { number: 2, text: "two", timestamp: null, stream: "stderr" },
    ]);
  });

  it("joins the pieces of a line that the worker cut", () => {
    const buffer = new LogBuffer();
    buffer.push({ event: "a", partial: true });
    buffer.push({ event: "b", partial: true });
    buffer.push({ event: "c" });
    buffer.push({ event: "next" });
    expect(buffer.lines().map((line) => line.text)).toEqual(["abc", "next"]);
  });

  it("does not join across streams", () => {
    const buffer = new LogBuffer();
    buffer.push({ event: "out", partial: true });
    buffer.push({ event: "err", stream: "stderr" });
    expect(buffer.lines().map((line) => line.text)).toEqual(["out", "err"]);
  });

  it("drops the oldest lines, and says how many", () => {
    const buffer = new LogBuffer(10);
    for (let i = 1; i <= 100; i += 1) buffer.push({ event: String(i) });
    const lines = buffer.lines();
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines.at(-1)).toMatchObject({ number: 100, text: "100" });
    expect(buffer.dropped()).toBe(100 - lines.length);
    expect(lines[0]?.number).toBe(buffer.dropped() + 1);
  });

  it("cuts a line without an end", () => {
    const buffer = new LogBuffer();
    for (let i = 0; i < 10; i += 1) buffer.push({ event: "x".repeat(10_000), partial: true });
    expect(buffer.lines()[0]?.text.length).toBeLessThan(MAX_LINE_CHARS + 3);
  });
});

describe("startOffset", () => {
  it("is the beginning of a small log and near the end of a large one", () => {
    expect(startOffset(undefined, false)).toBe(0);
    expect(startOffset(1000, false)).toBe(0);
    expect(startOffset(TAIL_BYTES + 7, false)).toBe(7);
    expect(startOffset(TAIL_BYTES + 7, true)).toBe(0);
  });
});

describe("formatBytes", () => {
  it.each([
    [512, "512 B"],
    [1536, "1.5 KiB"],
    [67_108_864, "64.0 MiB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
