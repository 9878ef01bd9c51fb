import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "@/test/fixtures";
import { LiveCache } from "./live-cache";
import { live, paceByStream } from "./polling";

const KEY = ["runs", "of", "hello", {}];
const change = {
  kind: "run",
  dagId: "hello",
  runId: "r1",
  from: "running",
  to: "success",
  at: "2026-01-01T00:00:03Z",
} as const;

describe("LiveCache", () => {
  let client: QueryClient;
  let cache: LiveCache;
  const read = vi.fn(async (): Promise<unknown> => ({ dag_runs: [] }));
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    client = new QueryClient();
    cache = new LiveCache(client);
    read.mockClear();
    const running = run({ dag_run_id: "r1", state: "running", end_date: null });
    client.setQueryData(KEY, { dag_runs: [running] });
    const observer = new QueryObserver(client, {
      queryKey: KEY,
      queryFn: read,
      staleTime: 60_000,
    });
    stop = observer.subscribe(() => {});
  });
  /** The next reading ends when what this gives is called with its answer. */
  const heldBack = () => {
    let answer: (value: unknown) => void = () => {};
    read.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    return (value: unknown) => answer(value);
  };
  afterEach(() => {
    stop();
    cache.end();
    client.clear();
  });

  it("shows a change at once and reads soon after", async () => {
    cache.changes([change]);
    expect(client.getQueryData(KEY)).toMatchObject({ dag_runs: [{ state: "success" }] });
    expect(read).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("reads a storm of changes a few times a second", async () => {
    for (let i = 0; i < 100; i += 1) {
      cache.changes([change]);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(read.mock.calls.length).toBeLessThanOrEqual(8);
    await vi.advanceTimersByTimeAsync(1000);
    const settled = read.mock.calls.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(read.mock.calls.length).toBe(settled);
  });

  it("gives a slow server twice the time of its answer to itself", async () => {
    const answer = heldBack();
    cache.changes([change]);
    await vi.advanceTimersByTimeAsync(50);
    expect(read).toHaveBeenCalledTimes(1);
    cache.changes([change]);
    await vi.advanceTimersByTimeAsync(300);
    answer({ dag_runs: [] });
    await vi.advanceTimersByTimeAsync(590);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("asks no faster than the server answers", async () => {
    const answer = heldBack();
    cache.changes([change]);
    await vi.advanceTimersByTimeAsync(100);
    cache.changes([change]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(read).toHaveBeenCalledTimes(1);
    answer({ dag_runs: [] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("reads everything that is kept fresh after a restart", async () => {
    cache.restart();
    await vi.advanceTimersByTimeAsync(100);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

it("polls slowly while the stream lives, and only what it keeps fresh", () => {
  const client = paceByStream(new QueryClient());
  const intervalOf = (root: string) => {
    const { refetchInterval } = client.defaultQueryOptions({
      queryKey: [root],
      refetchInterval: 2000,
    });
    const query = client.getQueryCache().build(client, { queryKey: [root] });
    return typeof refetchInterval === "function" ? refetchInterval(query) : refetchInterval;
  };
  expect([intervalOf("runs"), intervalOf("pools")]).toEqual([2000, 2000]);
  live.set(true);
  expect([intervalOf("runs"), intervalOf("pools")]).toEqual([30_000, 2000]);
  live.set(false);
  expect(intervalOf("runs")).toBe(2000);
});
