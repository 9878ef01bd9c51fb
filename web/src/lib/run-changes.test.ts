import { describe, expect, it } from "vitest";
import { acknowledgedNote, acknowledgement, confChanges, noteText, slowdown } from "./run-changes";

describe("confChanges", () => {
  it("names what came, went and is another", () => {
    expect(confChanges({ a: 1, b: [1], c: 3 }, { b: [1], c: 4, d: null })).toEqual([
      { name: "a", before: 1, after: undefined },
      { name: "c", before: 3, after: 4 },
      { name: "d", before: undefined, after: null },
    ]);
    expect(confChanges(null, {})).toEqual([]);
  });
});

describe("slowdown", () => {
  it("is told only when it is one", () => {
    expect(slowdown(10, 40)).toBe(4);
    expect(slowdown(10, 11)).toBeNull();
    expect(slowdown(0.1, 0.4)).toBeNull();
    expect(slowdown(null, 3)).toBeNull();
  });
});

describe("an acknowledgement", () => {
  const at = new Date("2026-01-31T05:30:00.123Z");
  it("is the first line of the note, once, and keeps the rest", () => {
    const note = acknowledgedNote("bad input", "ada", at);
    expect(note).toBe("Acknowledged by ada at 2026-01-31T05:30:00Z\nbad input");
    expect(acknowledgement(note)).toEqual({ by: "ada", at: "2026-01-31T05:30:00Z" });
    expect(noteText(note)).toBe("bad input");
    expect(acknowledgement(acknowledgedNote(note, "bob", at))?.by).toBe("bob");
    expect(noteText(acknowledgedNote(note, "bob", at))).toBe("bad input");
  });
  it("is none in any other note", () => {
    expect(acknowledgement("It was Acknowledged by ada at noon")).toBeNull();
    expect(acknowledgement(null)).toBeNull();
  });
  it("never makes a note too long", () => {
    expect(acknowledgedNote("x".repeat(1000), "ada", at)).toHaveLength(1000);
  });
});
