import { expect, test } from "vitest";
import { curve, layered } from "./layered";

const SIZE = { width: 100, height: 20, gapX: 50, gapY: 10 };
const nodes = (text: string) => [...text].map((id) => ({ id }));
const edges = (text: string) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((pair) => ({ from: pair[0] ?? "", to: pair[1] ?? "" }));
const columns = (places: ReadonlyMap<string, { x: number }>) =>
  Object.fromEntries([...places].map(([id, { x }]) => [id, x / 150]));

test("a node stands behind all of its sources", () => {
  const { places, width, height } = layered(nodes("abcd"), edges("ab bc ac cd"), SIZE);
  expect(columns(places)).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  expect(width).toBe(550);
  expect(height).toBe(50); // the long edge has a place beside b
});

test("a circle is drawn, and its last edge goes back", () => {
  const { places, routes } = layered(nodes("abc"), edges("ab bc ca"), SIZE);
  expect(columns(places)).toEqual({ a: 0, b: 1, c: 2 });
  const back = routes[2]?.points ?? [];
  expect((back[0]?.x ?? 0) > (back.at(-1)?.x ?? 0)).toBe(true);
});

test("no two places of a layer overlap", () => {
  const { places } = layered(nodes("abcdefgh"), edges("ae be cf df ag bh"), SIZE);
  const seen = new Set([...places.values()].map(({ x, y }) => `${x},${y}`));
  expect(seen.size).toBe(8);
});

test("neighbours are sorted beside each other, so that edges do not cross", () => {
  // As given, a-d and b-c cross.
  const { places } = layered(nodes("abcd"), edges("ad bc"), SIZE);
  const above = (one: string, other: string) =>
    (places.get(one)?.y ?? 0) < (places.get(other)?.y ?? 0);
  expect(above("a", "b")).toBe(above("d", "c"));
});

test("edges to nowhere and to oneself are left out; nothing is an empty picture", () => {
  expect(layered(nodes("a"), edges("aa ax"), SIZE).routes).toEqual([]);
  expect(layered([], [], SIZE).places.size).toBe(0);
});

test("500 nodes take no time that anybody sees", () => {
  const many = Array.from({ length: 500 }, (_, i) => ({ id: `n${i}` }));
  const chain = Array.from({ length: 499 }, (_, i) => ({
    from: `n${Math.floor(i / 3)}`,
    to: `n${i + 1}`,
  }));
  const began = performance.now();
  expect(layered(many, chain, SIZE).places.size).toBe(500);
  expect(performance.now() - began).toBeLessThan(1000);
});

test("a curve goes through its points", () => {
  expect(curve([])).toBe("");
  expect(
    curve([
      { x: 0, y: 0 },
      { x: 10, y: 4 },
    ]),
  ).toBe("M0,0 C5,0 5,4 10,4");
});
