import { describe, expect, it } from "vitest";
import {
  type Change,
  type InstanceChange,
  isReread,
  parseChange,
  patched,
  type RunChange,
  touches,
} from "./live-events";

const AT = "2026-01-01T00:01:00Z";
const run: RunChange = {
  kind: "run",
  dagId: "orders",
  runId: "r1",
  from: "queued",
  to: "running",
  at: AT,
};
const instance: InstanceChange = {
  kind: "instance",
  dagId: "orders",
  runId: "r1",
  taskId: "load",
  mapIndex: -1,
  tryNumber: 2,
  from: "running",
  to: "failed",
  at: AT,
};
const paused: Change = { kind: "dag", dagId: "orders", isPaused: true, at: AT };

const event = (name: string, data: unknown) => ({
  event: name,
  id: "1",
  data: typeof data === "string" ? data : JSON.stringify(data),
});

describe("parseChange", () => {
  it("reads what the server sends", () => {
    const place = { dag_id: "orders", dag_run_id: "r1", at: AT };
    expect(parseChange(event("run", { ...place, from: "queued", to: "running" }))).toEqual(run);
    expect(
      parseChange(
        event("task_instance", {
          ...place,
          task_id: "load",
          map_index: -1,
          try_number: 2,
          from: "running",
          to: "failed",
        }),
      ),
    ).toEqual(instance);
    expect(parseChange(event("dag", { dag_id: "orders", is_paused: true, at: AT }))).toEqual(
      paused,
    );
  });

  it.each([
    ["another kind", event("asset", { dag_id: "orders", at: AT })],
    ["no JSON", event("run", "{")],
    ["no object", event("run", "7")],
    [
      "an unknown state",
      event("run", { dag_id: "a", dag_run_id: "r", at: AT, from: null, to: "x" }),
    ],
    ["no run", event("run", { dag_id: "a", at: AT, from: null, to: "queued" })],
    ["no paused", event("dag", { dag_id: "a", at: AT })],
    ["no number", event("task_instance", { dag_id: "a", dag_run_id: "r", task_id: "t", at: AT })],
  ])("leaves out %s", (_, given) => expect(parseChange(given)).toBeNull());
});

describe("touches", () => {
  const instanceKey = { dagId: "orders", runId: "r1", taskId: "load", mapIndex: -1 };
  it.each<[string, readonly unknown[], Change, boolean]>([
    ["a run is its own", ["runs", "one", "orders", "r1"], run, true],
    ["not another's", ["runs", "one", "orders", "r2"], run, false],
    ["of its DAG's list", ["runs", "of", "orders", { page: 1 }], run, true],
    ["not of another's", ["runs", "of", "mails", { page: 1 }], run, false],
    ["of all", ["runs", "latest"], run, true],
    ["of all that failed", ["runs", "all", "failed", "day"], run, true],
    ["a task is no run", ["runs", "latest"], instance, false],
    ["a task is of its run", ["instances", "of", "orders", "r1", 1], instance, true],
    ["by an object, too", ["instances", "one", instanceKey], instance, true],
    ["not of another run", ["instances", "of", "orders", "r2", 1], instance, false],
    ["pausing touches no instance", ["instances", "of", "orders", "r1", 1], paused, false],
    ["why anything waits", ["why", "orders", "r1"], instance, true],
    ["a pause is in the list", ["dags", "list", {}], paused, true],
    ["a running run is not", ["dags", "list", {}], run, false],
    ["a new one is", ["dags", "list", {}], { ...run, from: null }, true],
    ["one that ended is", ["dags", "list", {}], { ...run, to: "failed" }, true],
    ["a DAG is its own", ["dags", "one", "orders"], paused, true],
    ["its source stays", ["dags", "one", "orders", "source"], paused, false],
    ["what a key of others mentions", ["grid", "orders", 100], instance, true],
    ["and what not", ["pools"], instance, false],
  ])("%s", (_, key, change, expected) => expect(touches(key, change)).toBe(expected));
});

describe("patched", () => {
  const row = {
    dag_id: "orders",
    dag_run_id: "r1",
    run_type: "manual",
    state: "queued",
    start_date: null,
    end_date: null,
  };

  it("changes a run alone and in a list, and nothing else", () => {
    expect(patched(row, run)).toMatchObject({ state: "running", start_date: AT });
    const other = { ...row, dag_run_id: "r2" };
    const list = { dag_runs: [other, row], total_entries: 2 };
    const next = patched(list, run) as typeof list;
    expect(next.dag_runs[0]).toBe(other);
    expect(next.dag_runs[1]).toMatchObject({ state: "running" });
    expect(next.total_entries).toBe(2);
  });

  it("changes a task instance, and counts how long it took", () => {
    const task = {
      dag_id: "orders",
      dag_run_id: "r1",
      task_id: "load",
      map_index: -1,
      try_number: 1,
      state: "running",
      start_date: "2026-01-01T00:00:30Z",
    };
    expect(patched({ task_instances: [task] }, instance)).toEqual({
      task_instances: [{ ...task, state: "failed", try_number: 2, end_date: AT, duration: 30 }],
    });
    const mapped = { ...task, map_index: 3 };
    expect(patched(mapped, instance)).toBe(mapped);
  });

  it("does not take back what was read later", () => {
    const later = { ...row, state: "success" };
    expect(patched(later, run)).toBe(later);
  });

  it("pauses a DAG wherever it is", () => {
    const list = { dags: [{ dag_id: "orders", is_paused: false }, { dag_id: "mails" }] };
    expect(patched(list, paused)).toEqual({
      dags: [{ dag_id: "orders", is_paused: true }, { dag_id: "mails" }],
    });
    expect(patched("text", paused)).toBe("text");
  });
});

describe("the bars of many DAGs", () => {
  it("take a change, and are read again by the clock", () => {
    const many = ["runs", "recent", ["orders", "mails"]];
    expect(touches(many, run)).toBe(true);
    expect(isReread(many)).toBe(false);
    expect(isReread(["runs", "recent", ["orders"]])).toBe(true);
    expect(isReread(["runs", "latest"])).toBe(true);
    const bar = { dag_id: "orders", dag_run_id: "r1", run_type: "manual", state: "queued" };
    expect(patched({ dag_ids: ["orders"], dag_runs: [bar] }, run)).toEqual({
      dag_ids: ["orders"],
      dag_runs: [{ ...bar, state: "running", start_date: run.at, end_date: null, duration: null }],
    });
  });
});
