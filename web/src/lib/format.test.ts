import { describe, expect, it } from "vitest";
import {
  elapsed,
  formatBytes,
  formatDuration,
  formatInstant,
  formatRelative,
  plural,
} from "./format";

describe("formatDuration", () => {
  it.each([
    [0, "0.00s"],
    [0.421, "0.42s"],
    [9.999, "10.0s"],
    [12.34, "12.3s"],
    [59.96, "1m 00s"],
    [185, "3m 05s"],
    [3599.6, "1h 00m"],
    [7449, "2h 04m"],
    [284_400, "3d 07h"],
    [-1, "0.00s"],
  ])("%d seconds is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([[null], [undefined], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    "%s is nothing",
    (value) => {
      expect(formatDuration(value)).toBe("");
    },
  );
});

describe("formatInstant", () => {
  it("shows UTC as an ISO date and time", () => {
    expect(formatInstant("2026-01-31T05:30:00.123456Z", "utc")).toBe("2026-01-31 05:30:00");
  });
  it("reads offsets", () => {
    expect(formatInstant("2026-01-31T05:30:00+02:00", "utc")).toBe("2026-01-31 03:30:00");
  });
  it.each([[null], [undefined], [""], ["soon"]])("%s is nothing", (value) => {
    expect(formatInstant(value, "utc")).toBe("");
  });
});

describe("formatRelative", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  it.each([
    ["2026-01-01T12:00:01Z", "now"],
    ["2026-01-01T11:59:48Z", "12s ago"],
    ["2026-01-01T12:05:30Z", "in 5m"],
    ["2026-01-01T09:00:00Z", "3h ago"],
    ["2025-12-30T11:00:00Z", "2d ago"],
    ["2012-01-01T00:00:00Z", ""],
    ["rubbish", ""],
  ])("%s is %s", (iso, text) => {
    expect(formatRelative(iso, now)).toBe(text);
  });
});

describe("elapsed", () => {
  const now = Date.parse("2026-01-01T00:01:00Z");
  const start_date = "2026-01-01T00:00:00Z";
  it("counts on while it runs", () => {
    expect(elapsed({ start_date, end_date: null, duration: null }, now)).toBe(60);
  });
  it("takes the server's figure at the end", () => {
    expect(elapsed({ start_date, end_date: "2026-01-01T00:00:10Z", duration: 9.5 }, now)).toBe(9.5);
  });
  it("subtracts where the server has no figure", () => {
    expect(elapsed({ start_date, end_date: "2026-01-01T00:00:10Z" }, now)).toBe(10);
  });
  it("is null before the start", () => {
    expect(elapsed({ start_date: null }, now)).toBeNull();
  });
});

describe("plural", () => {
  it("knows one from many", () => {
    expect(plural(1, "task")).toBe("1 task");
    expect(plural(0, "task")).toBe("0 tasks");
    expect(plural(2, "try", "tries")).toBe("2 tries");
  });
});

describe("formatBytes", () => {
  it.each([
    [512, "512 B"],
    [1536, "1.5 KiB"],
    [67_108_864, "64.0 MiB"],
    [1_073_741_824, "1.0 GiB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
