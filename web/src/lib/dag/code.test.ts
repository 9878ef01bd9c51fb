import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { helpFor } from "./dag-schema";
import { markedLine, readImportError } from "./import-marks";
import { partsOf, pathOf, pointerOf, readSource, stringAt } from "./jsonc";

const TEXT = `{
  // who to ask
  "runbook_url": "https://runbooks.example.com/a",
  "tasks": [
    {"task_id": "a/b", "retries": 2},
    {"task_id": "c", "type": "trigger_dag", "with": {"wait": true}}
  ]
}`;

test("the pieces make up the text again, line by line", () => {
  for (const text of [TEXT, '{"a": "unfinished\n}', "/* open", '{"a" 1,, ]}', ""]) {
    const { lines } = readSource(text);
    expect(lines.map((line) => line.map((token) => token.text).join("")).join("\n")).toBe(text);
  }
});

test("keys and values know where they are", () => {
  const source = readSource(TEXT);
  expect(source.lineOf.get("/tasks/1/with/wait")).toBe(5);
  expect(source.lineOf.get("/tasks/0")).toBe(4);
  expect(stringAt(source, "/runbook_url")).toBe("https://runbooks.example.com/a");
  expect(stringAt(source, "/tasks/0/retries")).toBeNull();
  expect(source.scalars.get("/tasks/0/retries")).toBe("2");
  expect(source.lines[1]?.at(-1)?.kind).toBe("comment");
  expect(source.lines[4]?.find((token) => token.kind === "key")?.pointer).toBe("/tasks/0/task_id");
});

test("a pointer is written as the server writes it, and back", () => {
  expect(pathOf("/tasks/2/with/default/0")).toBe("tasks[2].with.default[0]");
  expect(pointerOf("tasks[2].with.default[0]")).toBe("/tasks/2/with/default/0");
  expect(partsOf("/a~1b/c~0d")).toEqual(["a/b", "c~d"]);
});

const schema: unknown = JSON.parse(readFileSync("../proto/dag.schema.json", "utf8"));
const help = (pointer: string) =>
  helpFor(schema, pointer, (at) => readSource(TEXT).scalars.get(at));

test("keys are explained by the schema of DAG files", () => {
  expect(help("/schedule")?.description).toContain("When runs start");
  expect(help("/tasks/0/retries")).toMatchObject({ type: "integer", fallback: "0" });
  expect(help("/tasks/0/trigger_rule")?.choices).toContain('"all_done"');
  expect(help("/params/mode")?.type).toBe("object");
  expect(help("/no_such_key")).toBeNull();
  expect(help("/tasks/0/no_such_key")).toBeNull();
  expect(helpFor(null, "/schedule", () => undefined)).toBeNull();
});

test("the fields of a task's type are those of its type", () => {
  expect(help("/tasks/1/with/wait")).not.toBeNull();
});

test("an import error is read, and stands at the key that it is about", () => {
  const marks = readImportError(
    'orders.dag.json:67:11: tasks[1].with.default[0]: no task "load"\nsub/x.dag.json:1:2: expected }\nnonsense\n',
  );
  expect(marks).toEqual([
    { line: 67, column: 11, path: "tasks[1].with.default[0]", message: 'no task "load"' },
    { line: 1, column: 2, path: "", message: "expected }" },
  ]);
  const source = readSource(TEXT);
  expect(marks.map((mark) => markedLine(source, mark))).toEqual([5, null]);
});
