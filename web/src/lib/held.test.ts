import { describe, expect, it } from "vitest";
import { addHeld, dropHeld, forgetHeld, held, parseHeld, settleHeld } from "./held";

describe("parseHeld", () => {
  it.each([
    ["nothing", null],
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no list", '{"at":"2026-01-01","dagIds":"a"}'],
    ["an empty list", '{"at":"2026-01-01","dagIds":[]}'],
  ])("%s holds nothing", (_, text) => expect(parseHeld(text)).toBeNull());

  it("keeps ids only", () => {
    expect(parseHeld('{"at":"t","dagIds":["a",1,null]}')).toEqual({ at: "t", dagIds: ["a"] });
  });
});

it("grows, each DAG once, since its beginning, and shrinks to nothing", () => {
  addHeld(["a", "b"], "t1");
  addHeld(["b", "c"], "t2");
  expect(held.get()).toEqual({ at: "t1", dagIds: ["a", "b", "c"] });
  dropHeld(new Set(["a", "x"]));
  expect(held.get()?.dagIds).toEqual(["b", "c"]);
  dropHeld(new Set(["b", "c"]));
  expect(held.get()).toBeNull();
  addHeld(["a"], "t3");
  forgetHeld();
  expect(held.get()).toBeNull();
});

it("keeps what was paused, not what was to be", () => {
  addHeld(["a"], "t1");
  const before = held.get();
  addHeld(["b", "c"], "t2");
  settleHeld(before, ["c", "new"], "t2");
  expect(held.get()).toEqual({ at: "t1", dagIds: ["a", "c", "new"] });
  forgetHeld();
  settleHeld(null, [], "t3");
  expect(held.get()).toBeNull();
});
