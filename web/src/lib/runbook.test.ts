import { describe, expect, it } from "vitest";
import { runbookOf } from "./runbook";

describe("runbookOf", () => {
  it.each([
    ['{"runbook_url": "https://example.com/a//b"}', "https://example.com/a//b"],
    [
      '// what to do\n{"x": "/* no */", /* here */ "runbook_url": "http://example.com"}',
      "http://example.com",
    ],
    ['{"runbook_url": "javascript:alert(1)"}', null],
    ['{"tasks": []}', null],
    ["{", null],
    ["null", null],
  ])("%s", (source, url) => {
    expect(runbookOf(source)).toBe(url);
  });
});
