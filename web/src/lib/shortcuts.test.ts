import { describe, expect, it } from "vitest";
import { chordOf, KeyReader, type Shortcut } from "./shortcuts";

const shortcut = (keys: string): Shortcut => ({ keys, label: keys, group: "", run: () => {} });
const ALL = ["g h", "g d", "g g", "h", "?", "mod+k"].map(shortcut);

/** What the keys make, all typed at once unless a time is behind them: "g@0 h@2000". */
function type(keys: string, all = ALL): string[] {
  const reader = new KeyReader();
  return keys.split(" ").flatMap((text) => {
    const [key = "", at = "0"] = text.split("@");
    return reader.read(key, Number(at), all)?.keys ?? [];
  });
}

describe("KeyReader", () => {
  it.each([
    ["?", ["?"]],
    ["g h", ["g h"]],
    ["h", ["h"]],
    ["g x", []],
    ["g x h", ["h"]],
    ["g g", ["g g"]],
    ["g@0 h@2000", ["h"]],
    ["x g d", ["g d"]],
    ["g ? g h", ["?", "g h"]],
    ["mod+k", ["mod+k"]],
  ])("%s", (keys, made) => expect(type(keys)).toEqual(made));

  it("hears the one that came last", () => {
    const last = { ...shortcut("h"), label: "later" };
    expect(new KeyReader().read("h", 0, [...ALL, last])).toBe(last);
  });
});

it("knows keys and their modifiers", () => {
  const key = (name: string, more = {}) =>
    chordOf({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });
  expect(key("G")).toBe("G");
  expect(key("K", { ctrlKey: true })).toBe("mod+k");
  expect(key("k", { metaKey: true })).toBe("mod+k");
  expect(key("Shift")).toBeNull();
  expect(key("h", { altKey: true })).toBeNull();
});
