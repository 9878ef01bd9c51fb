import { expect, test } from "vitest";
import { webLink } from "./web-link";

test("only addresses of the web are links", () => {
  expect(webLink("https://example.com/a")).toBe("https://example.com/a");
  expect(webLink("HTTP://example.com")).toBe("HTTP://example.com");
  expect(webLink("javascript:alert(1)")).toBeNull();
  expect(webLink(" https://example.com")).toBeNull();
  expect(webLink("")).toBeNull();
  expect(webLink(null)).toBeNull();
});
