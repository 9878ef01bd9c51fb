import { describe, expect, it } from "vitest";
import { fits, splitVerb } from "./palette";

const VERBS = [
  ["trigger", "Trigger"],
  ["pause", "Pause"],
] as const;

describe("splitVerb", () => {
  it.each([
    ["trigger orders", "trigger", "orders"],
    ["tr orders nightly", "trigger", "orders nightly"],
    ["PAUSE x", "pause", "x"],
    ["pause ", null, "pause"],
    ["p x", null, "p x"],
    ["orders pause", null, "orders pause"],
    ["", null, ""],
  ])("%j is %s of %j", (text, verb, name) => {
    expect(splitVerb(text, VERBS)).toEqual({ verb, name });
  });
});

describe("fits", () => {
  it.each([
    ["", "anything", true],
    ["imp err", "Import Errors", true],
    ["errors import", "Import Errors", true],
    ["pool x", "Pools", false],
  ])("%j, %j: %s", (text, name, expected) => expect(fits(text, name)).toBe(expected));
});
