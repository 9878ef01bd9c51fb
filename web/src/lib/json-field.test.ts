import { expect, test } from "vitest";
import { readObject } from "./json-field";

test.each([
  ["", { value: undefined }],
  ['{"a": 1}', { value: { a: 1 } }],
])("%j is read", (text, read) => expect(readObject(text)).toEqual(read));

test.each([
  ["[1]", "object"],
  ["null", "object"],
  ["{", "json"],
])("%j is refused", (text, problem) => expect(readObject(text)).toMatchObject({ problem }));
