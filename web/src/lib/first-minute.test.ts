import { expect, test } from "vitest";
import { type Facts, firstMinute, isFirstMinute, noteVisit, stepsDone } from "./first-minute";

const dag = (dag_id: string, timetable_summary: string | null = "@once", example = true) => ({
  dag_id,
  timetable_summary,
  tags: example ? [{ name: "example" }] : [],
});
const fresh: Facts = {
  logRead: false,
  dags: [dag("hello"), dag("fails_on_purpose"), dag("weather_daily", "@daily")],
  runsOfRed: 1,
  triesOfRed: [2],
  versions: [1, 1],
};
const done = (change: Partial<Facts>) =>
  Object.entries(stepsDone({ ...fresh, ...change }))
    .filter(([, is]) => is)
    .map(([step]) => step);

test("nothing is done on a server that has just begun", () => {
  expect(done({})).toEqual([]);
});

test("a retry is a run of one's own, or a try beyond those that the DAG makes by itself", () => {
  expect(done({ runsOfRed: 2 })).toEqual(["retry"]);
  expect(done({ triesOfRed: [3] })).toEqual(["retry"]);
});

test("an example that was edited, or a DAG of one's own", () => {
  expect(done({ versions: [1, 2] })).toEqual(["edit"]);
  expect(done({ dags: [...fresh.dags, dag("mine", null, false)] })).toEqual(["edit"]);
});

test("a schedule counts where the person wrote it", () => {
  expect(done({ dags: [dag("hello", "*/5 * * * *"), dag("fails_on_purpose")] })).toEqual([
    "schedule",
  ]);
  expect(done({ dags: [...fresh.dags, dag("mine", "@hourly", false)] })).toEqual([
    "edit",
    "schedule",
  ]);
});

test("an installation without the examples, or a large one, is past its first minute", () => {
  expect(isFirstMinute(fresh.dags, 3)).toBe(true);
  expect(isFirstMinute([dag("hello")], 1)).toBe(false);
  expect(isFirstMinute(fresh.dags, 101)).toBe(false);
});

test("a log is read where it is shown", () => {
  noteVisit("/dags/hello/runs/r1");
  expect(firstMinute.get().logRead).toBe(false);
  noteVisit("/weft/dags/hello/runs/r1/tasks/greet");
  expect(firstMinute.get().logRead).toBe(true);
});
