import { expect, test } from "vitest";
import { type DiffRow, diffRows, withGaps } from "./diff";

const short = ({ left, right, changed }: DiffRow) =>
  `${changed ? "~" : "="} ${left ? `${left.number}${left.text}` : "-"}|${right ? `${right.number}${right.text}` : "-"}`;
const diff = (before: string, after: string) =>
  diffRows([...before].join("\n"), [...after].join("\n")).map(short);

test("the same texts differ nowhere", () => {
  expect(diff("abc", "abc")).toEqual(["= 1a|1a", "= 2b|2b", "= 3c|3c"]);
  expect(diffRows("", "")).toEqual([]);
});

test("an added and a removed line stand alone, a replaced one beside what replaced it", () => {
  expect(diff("abc", "abxc")).toEqual(["= 1a|1a", "= 2b|2b", "~ -|3x", "= 3c|4c"]);
  expect(diff("abc", "ac")).toEqual(["= 1a|1a", "~ 2b|-", "= 3c|2c"]);
  expect(diff("abc", "axc")).toEqual(["= 1a|1a", "~ 2b|2x", "= 3c|3c"]);
});

test("what is common in the middle is found", () => {
  expect(diff("abcabba", "cbabac").filter((row) => row.startsWith("="))).toHaveLength(4);
});

test("a text against nothing is added whole", () => {
  expect(diff("", "ab")).toEqual(["~ -|1a", "~ -|2b"]);
});

test("each side keeps all of its lines in order, whatever the texts are", () => {
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % n;
  };
  for (let round = 0; round < 200; round += 1) {
    const make = () => Array.from({ length: random(30) }, () => "abcd"[random(4)]).join("");
    const before = make();
    const after = make();
    const rows = diffRows([...before].join("\n"), [...after].join("\n"));
    expect(rows.map((row) => row.left?.text ?? "").join("")).toBe(before);
    expect(rows.map((row) => row.right?.text ?? "").join("")).toBe(after);
    for (const row of rows) if (!row.changed) expect(row.left?.text).toBe(row.right?.text);
  }
});

test("long stretches of the same become gaps", () => {
  const before = Array.from({ length: 50 }, (_, k) => `line ${k}`).join("\n");
  const parts = withGaps(diffRows(before, before.replace("line 25", "other")), 2);
  expect(parts.map(({ kind, rows }) => `${kind} ${rows.length}`)).toEqual([
    "gap 23",
    "rows 5",
    "gap 22",
  ]);
});
