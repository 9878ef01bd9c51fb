/**
 * A sign per state, so that no state is told by its colour alone. Drawn on the grid's canvas and as
 * SVG in the graph and the legends. Lines in a box of 16 × 16; a `closed` one is filled.
 */

export interface Stroke {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly closed?: boolean;
}

const line = (...points: [number, number][]): Stroke => ({ points });
const area = (...points: [number, number][]): Stroke => ({ points, closed: true });

/** By the grid's letter; a state without an entry has a plain face. */
export const MARKS: Readonly<Record<string, readonly Stroke[]>> = {
  s: [line([4, 8.5], [7, 11.5], [12, 5])],
  f: [line([4.5, 4.5], [11.5, 11.5]), line([11.5, 4.5], [4.5, 11.5])],
  u: [line([8, 12], [8, 4.5]), line([4.5, 7.5], [8, 4], [11.5, 7.5])],
  r: [area([5.5, 4], [12, 8], [5.5, 12])],
  q: [area([4, 7], [6, 7], [6, 9], [4, 9]), area([10, 7], [12, 7], [12, 9], [10, 9])],
  c: [area([7, 7], [9, 7], [9, 9], [7, 9])],
  k: [line([4, 4.5], [7.5, 8], [4, 11.5]), line([8.5, 4.5], [12, 8], [8.5, 11.5])],
  y: [
    line([11.5, 6], [10, 4.5], [6, 4.5], [4.5, 6], [4.5, 10], [6, 11.5], [10, 11.5], [11.5, 10]),
    line([12, 3.5], [11.5, 6.3], [9, 6]),
  ],
  e: [line([8, 4], [8, 8], [11, 10])],
  d: [line([6, 4.5], [6, 11.5]), line([10, 4.5], [10, 11.5])],
  x: [line([4.5, 8], [11.5, 8])],
  t: [line([4.5, 5.5], [11.5, 5.5]), line([4.5, 10.5], [11.5, 10.5])],
};

/** An SVG path of the strokes. */
export function markPath(letter: string): { lines: string; areas: string } {
  const path = (closed: boolean) =>
    (MARKS[letter] ?? [])
      .filter((stroke) => (stroke.closed ?? false) === closed)
      .map(
        (stroke) =>
          `M${stroke.points.map((point) => point.join(" ")).join("L")}${closed ? "Z" : ""}`,
      )
      .join("");
  return { lines: path(false), areas: path(true) };
}
