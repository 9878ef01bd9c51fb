import { describe, expect, it } from "vitest";
import {
  barPercent,
  fullPools,
  groupFailures,
  isOpen,
  lateness,
  scheduleClock,
  since,
  trendBuckets,
  usualSeconds,
  workerHealth,
} from "./home";

const T0 = Date.parse("2026-01-10T12:00:00Z");
const ago = (seconds: number) => new Date(T0 - seconds * 1000).toISOString();

type Run = Parameters<typeof isOpen>[0];

function run(more: Partial<Run> = {}): Run {
  return {
    dag_id: "orders",
    dag_run_id: "r",
    state: "failed",
    run_type: "scheduled",
    run_after: ago(100),
    start_date: ago(100),
    end_date: ago(50),
    queued_at: ago(100),
    duration: 50,
    ...more,
  };
}

describe("a failure is open", () => {
  const good = (more: Partial<Run> = {}) =>
    run({ state: "success", run_after: ago(40), end_date: ago(30), ...more });

  it.each([
    ["with no later run", run(), [], true],
    ["not after a good one of the same kind", run(), [good()], false],
    ["after one of another DAG", run(), [good({ dag_id: "mails" })], true],
    ["after one of another kind", run(), [good({ run_type: "manual" })], true],
    ["after one that failed, too", run(), [good({ state: "failed" })], true],
    ["after one that ended before it did", run({ end_date: ago(10) }), [good()], true],
    ["after an earlier one that was cleared", run(), [good({ run_after: ago(200) })], true],
    ["of a backfill, whatever came later", run({ run_type: "backfill" }), backfills(), true],
    ["by hand, whatever came later", run({ run_type: "manual" }), [good()], true],
    [
      "of a partition, whatever came later",
      run({ run_type: "asset_triggered", partition_key: "de" }),
      [good({ run_type: "asset_triggered" })],
      true,
    ],
  ])("%s", (_, one, recent, expected) => expect(isOpen(one, recent)).toBe(expected));

  function backfills() {
    return [good(), good({ run_type: "backfill" })];
  }
});

describe("groupFailures", () => {
  const groupsOf = (...args: Parameters<typeof groupFailures>) =>
    groupFailures(...args).map(({ newest, runs, open }) => [newest.dag_run_id, runs.length, open]);
  const runs = [
    run({ dag_run_id: "a", end_date: ago(300) }),
    run({ dag_id: "mails", dag_run_id: "m", end_date: ago(200) }),
    run({ dag_run_id: "b", end_date: ago(100) }),
    run({ dag_id: "again", dag_run_id: "retried", state: "queued" }),
  ];
  const good = run({
    dag_id: "mails",
    state: "success",
    run_after: ago(50),
    end_date: ago(40),
  });

  it("makes one of all failures of a DAG, the latest first, without what is retried", () => {
    expect(groupsOf(runs, [good], new Set(["orders"]), false)).toEqual([
      ["b", 2, true],
      ["m", 1, false],
    ]);
    expect(groupsOf(runs, [good], new Set(["orders"]), true)).toEqual([["b", 2, true]]);
  });

  it("shows a backfill's failure that today's good run hid", () => {
    const filled = [
      run({ dag_run_id: "today" }),
      run({ dag_run_id: "filled", run_type: "backfill", end_date: ago(90) }),
    ];
    const later = run({ state: "success", run_after: ago(40), end_date: ago(30) });
    expect(groupsOf(filled, [later], new Set(), true)).toEqual([["filled", 1, true]]);
    expect(groupsOf(filled, [later], new Set(), false)).toEqual([["today", 2, true]]);
  });

  it("believes the server that a DAG is broken", () => {
    expect(groupsOf(runs.slice(1, 2), [good], new Set(["mails"]), true)).toEqual([["m", 1, true]]);
  });
});

describe("lateness", () => {
  const normal = [30, 40, 50].map((duration) => run({ state: "success", duration }));

  it.each([
    ["queued for seconds", run({ state: "queued", queued_at: ago(20) }), normal, null],
    ["queued for minutes", run({ state: "queued", queued_at: ago(120) }), normal, "waits"],
    ["as slow as ever", active(80), normal, null],
    ["much slower", active(150), normal, "slow"],
    ["a bit slower, of a quick DAG", active(90), normal, null],
    ["of an unknown DAG", active(600), [], null],
    ["for hours, of an unknown DAG", active(7200), [], "long"],
  ])("%s", (_, one, recent, kind) => {
    expect(lateness(one, recent, T0)?.kind ?? null).toBe(kind);
  });

  function active(seconds: number): Run {
    return run({ state: "running", start_date: ago(seconds), end_date: null, duration: null });
  }
});

it("knows what is usual only from three successes on", () => {
  const success = (duration: number) => run({ state: "success", duration });
  expect(usualSeconds([success(1), success(9)])).toBeNull();
  expect(usualSeconds([success(9), success(1), run({ duration: 100 }), success(5)])).toBe(5);
});

describe("trendBuckets", () => {
  it("gives hours without a gap, the last one around now", () => {
    const buckets = trendBuckets("hours", T0 + 1, true);
    expect(buckets).toHaveLength(24);
    expect(buckets.at(-1)).toEqual({
      from: "2026-01-10T12:00:00.000Z",
      to: "2026-01-10T13:00:00.000Z",
    });
    for (const [index, { to }] of buckets.entries()) {
      expect(buckets[index + 1]?.from ?? to).toBe(to);
    }
  });

  it("gives days", () => {
    const buckets = trendBuckets("days", T0, true);
    expect(buckets).toHaveLength(14);
    expect(buckets.at(-1)?.from).toBe("2026-01-10T00:00:00.000Z");
    const local = trendBuckets("days", T0, false).map(({ from }) => new Date(from).getHours());
    expect(new Set(local)).toEqual(new Set([0]));
  });
});

it("counts workers that should be there", () => {
  const worker = (state: string) => ({ state, slots: 8, occupied_slots: 2 });
  const states = ["online", "online", "draining", "lost", "gone"];
  expect(workerHealth(states.map(worker))).toEqual({
    online: 2,
    troubled: 1,
    slots: 16,
    occupied: 4,
  });
});

it("a pool is full when something waits for it", () => {
  const pool = (slots: number, open_slots: number, scheduled_slots: number) => ({
    slots,
    open_slots,
    scheduled_slots,
  });
  const pools = [pool(4, 0, 2), pool(4, 0, 0), pool(4, 1, 2), pool(-1, 0, 5)];
  expect(fullPools(pools)).toEqual([pools[0]]);
});

it("asks for the same instant for a minute, and draws the least as something", () => {
  expect(since(60_000, T0 + 59_000)).toBe("2026-01-10T11:59:00.000Z");
  expect([barPercent(0, 10), barPercent(1, 1000), barPercent(10, 10)]).toEqual([0, 4, 100]);
});

describe("the clock of a schedule", () => {
  const at = "2026-01-10T05:00:00Z";
  it.each([
    ["0 6 * * * (Europe/Berlin)", "utc", "06:00 Europe/Berlin"],
    ["0 6 * * * (Europe/Berlin)", "Europe/Paris", null],
    ["0 5 * * * (UTC)", "utc", null],
    ["every 2h (America/Port-au-Prince)", "utc", "00:00 America/Port-au-Prince"],
    ["Runs only when it is triggered", "utc", null],
    [null, "utc", null],
  ])("%s on a page in %s", (description, zone, expected) => {
    expect(scheduleClock(at, description, zone)).toBe(expected);
  });
});
