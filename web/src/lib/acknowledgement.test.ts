import { describe, expect, it } from "vitest";
import {
  acknowledgedAt,
  acknowledgedNote,
  acknowledgement,
  noteText,
  takenBy,
} from "./acknowledgement";

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
  it("counts for the end that it came after, and for no later one", () => {
    const taken = (end_date: string | null) =>
      takenBy({ note: acknowledgedNote(null, "ada", at), end_date })?.isOld;
    expect(taken("2026-01-31T05:29:00Z")).toBe(false);
    // The note has whole seconds only.
    expect(taken("2026-01-31T05:30:00.100Z")).toBe(false);
    expect(taken("2026-01-31T05:31:00Z")).toBe(true);
    expect(taken(null)).toBe(false);
    expect(takenBy({ note: "bad input", end_date: null })).toBeNull();
  });
  it("is not before the end, though a clock is slow", () => {
    const run = { note: null, end_date: "2026-01-31T05:31:00.000Z" };
    expect(acknowledgedAt(run, at.getTime()).toISOString()).toBe(run.end_date);
    expect(acknowledgedAt({ ...run, end_date: null }, at.getTime())).toEqual(at);
  });
  it("never makes a note too long", () => {
    expect(acknowledgedNote("x".repeat(1000), "ada", at)).toHaveLength(1000);
  });
});
