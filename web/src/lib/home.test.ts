import { describe, expect, it } from "vitest";
import {
  barPercent,
  fullPools,
  groupFailures,
  lateness,
  type RunLike,
  since,
  trendBuckets,
  usualSeconds,
  workerHealth,
} from "./home";

const T0 = Date.parse("2026-01-10T12:00:00Z");
const ago = (seconds: number) => new Date(T0 - seconds * 1000).toISOString();

function run(more: Partial<RunLike> = {}): RunLike {
  return {
    dag_id: "orders",
    dag_run_id: "r",
    state: "failed",
    run_after: ago(100),
    start_date: ago(100),
    end_date: ago(50),
    queued_at: ago(100),
    duration: 50,
    ...more,
  };
}

describe("groupFailures", () => {
  it("makes one of all failures of a DAG, the latest first", () => {
    const groups = groupFailures(
      [
        run({ dag_run_id: "a", end_date: ago(300) }),
        run({ dag_id: "mails", dag_run_id: "m", end_date: ago(200) }),
        run({ dag_run_id: "b", end_date: ago(100) }),
      ],
      new Set(["orders"]),
    );
    expect(groups.map(({ newest, runs, open }) => [newest.dag_run_id, runs.length, open])).toEqual([
      ["b", 2, true],
      ["m", 1, false],
    ]);
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

  function active(seconds: number): RunLike {
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
