import { expect, test } from "vitest";
import {
  calendarSearch,
  codeSearch,
  dagRunsSearch,
  ganttSearch,
  graphSearch,
  gridSearch,
  listOf,
  versionsSearch,
} from "./search-dag";

const said = (search: object) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test("what a tab understands stays, all else is dropped", () => {
  expect(
    said(
      gridSearch({
        n: "100",
        type: "manual",
        state: "failed",
        task: "skipped",
        q: "load",
        fold: "a,b",
      }),
    ),
  ).toEqual({ n: 100, type: "manual", state: "failed", task: "skipped", q: "load", fold: "a,b" });
  expect(said(gridSearch({ n: "7", type: "x", state: "skipped", task: "x", q: " " }))).toEqual({});
  expect(said(graphSearch({ run: "r", version: "2", view: "list" }))).toEqual({
    run: "r",
    version: 2,
    view: "list",
  });
  expect(said(graphSearch({ version: "0", view: "x" }))).toEqual({});
  expect(said(ganttSearch({ run: "r", critical: "1", page: "2" }))).toEqual({
    run: "r",
    critical: 1,
    page: 2,
  });
  expect(said(calendarSearch({ by: "hour", until: "2026-01-31T00:00:00Z" }))).toEqual({
    by: "hour",
    until: "2026-01-31",
  });
  expect(said(calendarSearch({ by: "week", until: "soon" }))).toEqual({});
  expect(said(dagRunsSearch({ order: "-duration", from: "2026-01-01" }))).toEqual({
    order: "-duration",
    from: "2026-01-01",
  });
  expect(said(dagRunsSearch({ order: "-run_after" }))).toEqual({});
  expect(said(versionsSearch({ a: "1", b: "2", whole: "yes" }))).toEqual({ a: 1, b: 2 });
  expect(said(codeSearch({ key: "/tasks/0", line: "0" }))).toEqual({ key: "/tasks/0" });
  expect(listOf("a,,b")).toEqual(["a", "b"]);
  expect(listOf(undefined)).toEqual([]);
});
