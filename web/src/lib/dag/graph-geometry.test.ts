import { expect, test } from "vitest";
import { around, boxAt, cornersOf, fitted, inSight, overlaps, piecesOf } from "./graph-geometry";

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });

test("what is in sight follows the drag and the zoom", () => {
  expect(inSight({ x: -30, y: -10, zoom: 1 }, 800, 600)).toEqual(box(30, 10, 800, 600));
  // Dragged to the right by 50, seen from twice as far.
  expect(inSight({ x: 50, y: -20, zoom: 0.5 }, 800, 600)).toEqual(box(-100, 40, 1600, 1200));
});

test("boxes overlap when they share more than an edge", () => {
  expect(overlaps(box(0, 0), box(99, 39))).toBe(true);
  expect(overlaps(box(0, 0), box(100, 0))).toBe(false);
  expect(overlaps(box(0, 0), box(0, -40))).toBe(false);
  expect(overlaps(box(10, 10, 1, 1), box(0, 0))).toBe(true);
});

test("the box around all", () => {
  expect(around([])).toBeNull();
  expect(around(cornersOf([box(10, 20), box(-5, 100)]))).toEqual(box(-5, 20, 115, 120));
});

test("of a group and the task in it the task is found", () => {
  const boxes = [
    { id: "group", ...box(0, 0, 300, 200) },
    { id: "task", ...box(20, 20) },
  ];
  expect(boxAt(boxes, 30, 30)?.id).toBe("task");
  expect(boxAt(boxes, 130, 30)?.id).toBe("group");
  expect(boxAt(boxes, 301, 30)).toBeUndefined();
  expect(boxAt(boxes, 120, 30)?.id).toBe("group"); // the right edge is not the box's
});

test("a drawing is fitted in the middle of its room", () => {
  const wide = box(0, 0, 400, 100);
  expect(fitted(wide, 200, 200)).toEqual({ zoom: 0.5, x: 0, y: 75 });
  // And a part of it that does not begin at its corner.
  const part = fitted(box(100, 100, 100, 100), 200, 200);
  expect(inSight(part, 200, 200)).toEqual(box(100, 100, 100, 100));
  expect(fitted(box(0, 0, 0, 0), 200, 200).zoom).toBe(200);
});

test("lines that begin near each other are one path, with a box around all of them", () => {
  const line = (kind: "dependency" | "branch", ...points: number[][]) => ({ kind, points });
  const pieces = piecesOf([
    line("dependency", [10, 10], [200, 50]),
    line("dependency", [1499, 10], [1700, 20]),
    line("branch", [10, 10], [200, 50]),
    line("dependency", [1500, 10], [1700, 20]),
    line("dependency"),
  ]);
  expect(pieces.map(({ kind }) => kind)).toEqual(["dependency", "branch", "dependency"]);
  expect(pieces[0]?.path).toBe("M10 10C105 10 105 50 200 50M1499 10C1599.5 10 1599.5 20 1700 20");
  expect(pieces[0]?.box).toEqual(box(8, 8, 1694, 44));
  expect(new Set(pieces.map(({ key }) => key)).size).toBe(3);
});
