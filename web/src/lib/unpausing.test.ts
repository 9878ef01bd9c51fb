import { expect, it } from "vitest";
import { startsOf } from "./unpausing";

const paused = (data: object) => ({
  state: null,
  reasons: [
    { code: "stale", message: "", data: {} },
    { code: "paused", message: "", data },
  ],
});

it("counts the runs of the schedule and of assets", () => {
  const data = {
    runs: 10_000,
    runs_are_exact: false,
    asset_runs: 2,
    first_logical_dates: ["2026-01-01T00:00:00+00:00"],
    dropped: { count: 7 },
    next: null,
  };
  expect(startsOf(paused(data))).toEqual({
    runs: 10_002,
    isExact: false,
    first: ["2026-01-01T00:00:00+00:00"],
    missed: 7,
  });
});

it.each([
  ["of a server that does not say it", paused({})],
  ["without the reason", { state: null, reasons: [] }],
  ["without drops", paused({ runs: 0, dropped: null })],
])("is nothing %s", (_, explanation) => {
  expect(startsOf(explanation)).toEqual({ runs: 0, isExact: true, first: [], missed: 0 });
});
