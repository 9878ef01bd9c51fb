import { expect, test } from "vitest";
import { curlOf } from "./curl";

const origin = "http://weft.test";

test("a read is a plain call", () => {
  expect(curlOf({ method: "GET", path: "/api/v2/dags?limit=1" }, origin)).toBe(
    `curl -H "Authorization: Bearer $WEFT_TOKEN" 'http://weft.test/api/v2/dags?limit=1'`,
  );
});

test("no value is read by the shell", () => {
  expect(
    curlOf({ method: "PATCH", path: "/api/v2/x", body: { note: "it's $(touch x) `y`" } }, origin),
  ).toBe(
    `curl -X PATCH -H "Authorization: Bearer $WEFT_TOKEN" -H 'Content-Type: application/json' ` +
      `-d '{"note":"it'\\''s $(touch x) \`y\`"}' 'http://weft.test/api/v2/x'`,
  );
});
