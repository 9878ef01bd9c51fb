import { expect, test } from "vitest";
import { readDetail } from "./change";

test("a change, field by field", () => {
  const detail = readDetail(
    '{"before": {"slots": 1, "description": "x"}, "after": {"slots": 2, "description": "x"}}',
  );
  expect(detail).toEqual({
    kind: "change",
    what: "changed",
    subject: "",
    fields: [
      { name: "slots", before: "1", after: "2", changed: true },
      { name: "description", before: "x", after: "x", changed: false },
    ],
  });
});

test("what was made has no before, what was deleted no after", () => {
  expect(readDetail('{"before": null, "after": {"a": [1]}}')).toMatchObject({
    what: "created",
    fields: [{ name: "a", before: undefined, after: "[1]", changed: true }],
  });
  expect(readDetail('{"before": {"a": null}, "after": null}')).toMatchObject({
    what: "deleted",
    fields: [{ name: "a", before: "null", after: undefined }],
  });
});

test("the subject is what names the thing", () => {
  const subject = (json: string) => readDetail(`{"before": null, "after": ${json}}`);
  expect(subject('{"username": "bob", "role": "admin"}')).toMatchObject({ subject: "bob" });
  expect(subject('{"username": "bob", "name": "nightly", "id": "1"}')).toMatchObject({
    subject: "nightly",
  });
  expect(readDetail('{"before": {"key": "a"}, "after": null}')).toMatchObject({ subject: "a" });
});

test("facts, plain text and nothing", () => {
  expect(readDetail('{"upstream": false, "run_id": "r"}')).toEqual({
    kind: "facts",
    facts: [
      ["upstream", "false"],
      ["run_id", "r"],
    ],
  });
  expect(readDetail("small")).toEqual({ kind: "text", text: "small" });
  expect(readDetail("12")).toEqual({ kind: "text", text: "12" });
  expect(readDetail(null)).toEqual({ kind: "none" });
  expect(readDetail('{"before": 1, "after": 2}').kind).toBe("facts");
});
