import { expect, test } from "vitest";
import { fromFile, slices, toFile } from "./variables-file";

test("a file without secrets comes back as it was", () => {
  const { text, secrets } = toFile([
    { key: "region", value: "eu", description: "Where", is_secret: false },
    { key: "api_key", value: "***", description: null, is_secret: true },
    { key: "limits", value: '{"a": 1}', description: null, is_secret: false },
  ]);
  expect(secrets).toEqual(["api_key"]);
  expect(text).not.toContain("***");
  expect(fromFile(text)).toEqual({
    variables: [
      { key: "region", value: "eu", description: "Where" },
      { key: "limits", value: '{"a": 1}' },
    ],
    skipped: [],
  });
});

test("Airflow's short form, with values of any kind", () => {
  expect(fromFile('{"a": 1, "b": "x", "c": {"d": 2}}')).toEqual({
    variables: [
      { key: "a", value: 1 },
      { key: "b", value: "x" },
      { key: "c", value: { d: 2 } },
    ],
    skipped: [],
  });
});

test("the API's bodies in a list; masked values are skipped", () => {
  expect(
    fromFile('[{"key": "a", "value": "1", "is_secret": true}, {"key": "b", "value": "***"}]'),
  ).toEqual({ variables: [{ key: "a", value: "1", is_secret: true }], skipped: ["b"] });
});

test.each([
  ["{", "json"],
  ["3", "shape"],
  ['[{"value": 1}]', "shape"],
  ["{}", "empty"],
  ['{"a": "***"}', "empty"],
])("%s is refused", (text, problem) => {
  expect(fromFile(text)).toMatchObject({ problem });
});

test("slices", () => {
  expect(slices([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
  expect(slices([], 2)).toEqual([]);
});
