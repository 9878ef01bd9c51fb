import { expect, test } from "vitest";
import { linkOf } from "./grid-link";
import type { GridRun, VisibleRow } from "./grid-model";

const row = (more: Partial<VisibleRow>): VisibleRow => ({
  key: "k",
  index: 2,
  kind: "task",
  id: "stage",
  label: "stage",
  depth: 0,
  mapped: false,
  current: true,
  open: null,
  letter: null,
  ...more,
});
const run = (mapped: GridRun["mapped"] = {}): GridRun => ({
  dag_run_id: "r",
  run_type: "manual",
  state: "failed",
  version_number: 1,
  logical_date: null,
  run_after: "2026-01-01T00:00:00Z",
  queued_at: "2026-01-01T00:00:00Z",
  start_date: null,
  end_date: null,
  cells: "sfff",
  mapped,
});
const RUN = "/dags/$dagId/runs/$runId";
const TASK = `${RUN}/tasks/$taskId`;

test("a place of the grid leads to what it shows", () => {
  expect(linkOf("d", undefined, undefined)).toBeNull();
  expect(linkOf("d", undefined, row({}))?.to).toBe("/dags/$dagId/tasks");
  expect(linkOf("d", run(), undefined)).toMatchObject({ to: RUN, params: { runId: "r" } });
  expect(linkOf("d", run(), row({}))).toMatchObject({ to: TASK, params: { taskId: "stage" } });
});

test("a mapped cell leads to its instances, a count to those in its state", () => {
  const mapped = run({ "2": { f: 1, s: 2 } });
  expect(linkOf("d", mapped, row({ mapped: true }))).toMatchObject({
    to: TASK,
    params: { taskId: "stage" },
  });
  expect(linkOf("d", mapped, row({ kind: "count", mapped: true, letter: "f" }))).toMatchObject({
    to: TASK,
    search: { task_state: "failed" },
  });
  expect(linkOf("d", mapped, row({ kind: "count", mapped: true, letter: "n" }))).toMatchObject({
    search: { task_state: "none" },
  });
});

test("what the current version does not map any more is looked up in the run", () => {
  const mapped = run({ "2": { f: 1 } });
  for (const one of [row({}), row({ mapped: true, current: false })])
    expect(linkOf("d", mapped, one)).toMatchObject({ to: RUN, search: { q: "stage" } });
});

test("a group's cell leads to its part of the run", () => {
  expect(linkOf("d", run(), row({ kind: "group", id: "load" }))).toMatchObject({
    to: RUN,
    search: { group: "load" },
  });
});
