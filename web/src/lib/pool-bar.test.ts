import { expect, test } from "vitest";
import { poolBar } from "./pool-bar";

const pool = {
  slots: 4,
  running_slots: 1,
  queued_slots: 1,
  scheduled_slots: 0,
  deferred_slots: 3,
  open_slots: 2,
  include_deferred: false,
};

test("what is used and what is open make the whole", () => {
  expect(poolBar(pool)).toEqual([
    { state: "running", count: 1, share: 25 },
    { state: "queued", count: 1, share: 25 },
    { state: "open", count: 2, share: 50 },
  ]);
});

test("deferred tasks count where the pool says so", () => {
  const parts = poolBar({ ...pool, slots: 5, include_deferred: true, open_slots: 0 });
  expect(parts.map(({ state }) => state)).toEqual(["running", "queued", "deferred"]);
});

test("a pool without a limit has nothing open, and a full one may be too full", () => {
  expect(poolBar({ ...pool, slots: -1, open_slots: -1 }).map(({ state }) => state)).toEqual([
    "running",
    "queued",
  ]);
  expect(poolBar({ ...pool, slots: 1, open_slots: -1, scheduled_slots: 2 })[2]).toEqual({
    state: "scheduled",
    count: 2,
    share: 50,
  });
});

test("an empty pool has an empty bar", () => {
  const idle = { ...pool, running_slots: 0, queued_slots: 0, slots: 0, open_slots: 0 };
  expect(poolBar(idle)).toEqual([]);
});
