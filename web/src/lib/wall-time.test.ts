import { describe, expect, it, test } from "vitest";
import { instantAt, wallOf, zoneName } from "./wall-time";

describe("an instant by the clock on the wall", () => {
  it.each([
    ["2026-11-11", "Europe/Berlin", "2026-11-10T23:00:00.000Z"],
    ["2026-07-01T05:30", "Europe/Berlin", "2026-07-01T03:30:00.000Z"],
    ["2026-07-01 05:30:10", "America/New_York", "2026-07-01T09:30:10.000Z"],
    ["2026-01-31T05:30", "utc", "2026-01-31T05:30:00.000Z"],
    // Twice: the first one. Left out: as much later.
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    // A day whose midnight is left out begins at one o'clock, not in the day before.
    ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
    // East and west of the line.
    ["2026-01-01", "Pacific/Kiritimati", "2025-12-31T10:00:00.000Z"],
    ["2026-01-01", "Pacific/Pago_Pago", "2026-01-01T11:00:00.000Z"],
    // This browser does not know it.
    ["2026-01-01", "Mars/Olympus", "2026-01-01T00:00:00.000Z"],
  ])("%s in %s is %s", (wall, zone, iso) => expect(instantAt(wall, zone)).toBe(iso));

  it.each(["", "x", "2026-13-01", "2026-02-30", "0002-01-31T05:30", "2026-01-01T05:30Z"])(
    "%j is none",
    (text) => expect(instantAt(text, "Europe/Berlin")).toBeNull(),
  );

  it("is shown as it was typed", () => {
    for (const zone of ["utc", "Europe/Berlin", "Asia/Kathmandu"]) {
      const wall = "2026-03-29T05:30";
      expect(wallOf(instantAt(wall, zone) ?? "", zone)).toBe(wall);
    }
    expect(wallOf(undefined, "utc")).toBe("");
    expect(wallOf("x", "utc")).toBe("");
  });
});

test("a zone is called as it is used", () => {
  expect(zoneName("utc")).toBe("UTC");
  expect(zoneName("Europe/Berlin")).toBe("Europe/Berlin");
  expect(zoneName("Mars/Olympus")).toBe("UTC");
  expect(zoneName("local")).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});
