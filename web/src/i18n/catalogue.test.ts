import { expect, test } from "vitest";
import { fill } from "./catalogue";

const plurals = new Intl.PluralRules("en");

test("placeholders get their values, also twice, and an unknown one stays", () => {
  expect(fill("{a} and {a}, {b}", { a: "x{b}" }, plurals)).toBe("x{b} and x{b}, {b}");
});

test("a message that counts takes the form of its language", () => {
  const message = { one: "{count} run", other: "{count} runs" };
  expect([0, 1, 2].map((count) => fill(message, { count }, plurals))).toEqual([
    "0 runs",
    "1 run",
    "2 runs",
  ]);
});

test("German says what English says", async () => {
  const { catalogues } = await import("./de");
  const english = import.meta.glob<Record<string, object>>("./en/*.ts", { eager: true });
  const names = Object.keys(english).map((path) => path.replace(/^.*\/|\.ts$/g, ""));
  expect(Object.keys(catalogues).sort()).toEqual(names.sort());
  for (const [path, module] of Object.entries(english)) {
    const name = path.replace(/^.*\/|\.ts$/g, "");
    expect(Object.keys(catalogues[name] ?? {}).sort()).toEqual(
      Object.keys(module[name] ?? {}).sort(),
    );
  }
});
