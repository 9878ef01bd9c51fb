import { expect, test } from "vitest";
import { excerpt, findingsOf, readFindings } from "./findings";

test("each line is a finding with its place", () => {
  expect(
    readFindings('a.dag.json:3:15: cron "x" has 2 fields: write five\na.dag.json:5:43: unknown\n'),
  ).toEqual([
    { line: 3, column: 15, message: 'cron "x" has 2 fields: write five' },
    { line: 5, column: 43, message: "unknown" },
  ]);
});

test("what has no place belongs to the finding before, or to the file", () => {
  expect(readFindings("cannot be read: permission denied")).toEqual([
    { message: "cannot be read: permission denied" },
  ]);
  expect(readFindings("a:1:2: odd\n  as it says")).toEqual([
    { line: 1, column: 2, message: "odd\n  as it says" },
  ]);
  expect(readFindings("")).toEqual([]);
});

test("the line, those around it, and the caret's place", () => {
  const text = '{\n\t"a": 1\n}\n';
  expect(excerpt(text, { line: 2, column: 3, message: "" })).toEqual({
    first: 1,
    lines: ["{", '\t"a": 1', "}"],
    at: 1,
    indent: "\t ",
  });
  expect(excerpt(text, { line: 1, column: 99, message: "" })).toMatchObject({ at: 0, indent: " " });
  expect(excerpt(text, { line: 9, column: 1, message: "" })).toBeUndefined();
  expect(excerpt(text, { message: "" })).toBeUndefined();
});

test("what the server tells has its lines, and whose they are", () => {
  const told = { line: 3, column: 9, message: "no", first_line: 2, lines: ["{", "\t😀x"], mark: 3 };
  const error = {
    filename: "a.dag.json",
    stack_trace: "a.dag.json:3:9: no\n",
    findings: [
      { ...told, filename: "a.dag.json" },
      { ...told, filename: "defaults.json", lines: [] },
    ],
  };
  expect(findingsOf(error)).toEqual([
    {
      line: 3,
      column: 9,
      message: "no",
      excerpt: { first: 2, lines: ["{", "\t😀x"], at: 1, indent: "\t " },
    },
    { line: 3, column: 9, message: "no", file: "defaults.json" },
  ]);
  expect(findingsOf({ ...error, findings: [] })).toEqual([{ line: 3, column: 9, message: "no" }]);
});
