/** Where the graph's boxes are, and what of them is in sight. Pure; in the drawing's own units. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How the drawing stands in the view: a point p is seen at p · zoom + (x, y). */
export interface Transform {
  x: number;
  y: number;
  zoom: number;
}

/** What of the drawing a view of this size shows. */
export function inSight({ x, y, zoom }: Transform, width: number, height: number): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The box around all points; null when there is none. */
export function around(points: Iterable<readonly number[]>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Two corners of each box, for `around`. */
export function cornersOf(boxes: readonly Box[]): number[][] {
  return boxes.flatMap(({ x, y, width, height }) => [
    [x, y],
    [x + width, y + height],
  ]);
}

/** The box at a point; of several the last, as a group stands before what is in it. */
export function boxAt<T extends Box>(boxes: readonly T[], x: number, y: number): T | undefined {
  return boxes.findLast(
    (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
  );
}

/** The zoom at which a drawing of this size has room, and where it then stands in the middle. */
export function fitted(drawing: Box, width: number, height: number): Transform {
  const zoom = Math.min(width / (drawing.width || 1), height / (drawing.height || 1));
  return {
    zoom,
    x: (width - drawing.width * zoom) / 2 - drawing.x * zoom,
    y: (height - drawing.height * zoom) / 2 - drawing.y * zoom,
  };
}

interface Line<Kind> {
  kind: Kind;
  points: readonly (readonly number[])[];
}

/** Lines of a kind that begin near each other, as one path for an SVG or a canvas. */
export interface Piece<Kind> {
  key: string;
  kind: Kind;
  path: string;
  box: Box;
}

/** The side of the square in which lines begin that are drawn together. */
const PIECE = 1500;
/** A line may be drawn so far outside of its points. */
const BREADTH = 2;

/**
 * A path per line would be a thousand elements; one path for all is walked through in each frame,
 * also by who sees but a corner.
 */
export function piecesOf<Kind extends string>(lines: readonly Line<Kind>[]): Piece<Kind>[] {
  const pieces = new Map<string, { kind: Kind; path: string; points: (readonly number[])[] }>();
  for (const { kind, points } of lines) {
    const [x = 0, y = 0] = points[0] ?? [];
    const key = `${kind} ${Math.floor(x / PIECE)} ${Math.floor(y / PIECE)}`;
    const piece = pieces.get(key) ?? { kind, path: "", points: [] };
    pieces.set(key, piece);
    piece.path += pathThrough(points);
    piece.points.push(...points);
  }
  return [...pieces].flatMap(([key, { kind, path, points }]) => {
    const box = around(points);
    return box ? [{ key, kind, path, box: wider(box, BREADTH) }] : [];
  });
}

function wider({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** A line through the points, rounded at its bends. */
export function pathThrough(points: readonly (readonly number[])[]): string {
  const [first, ...rest] = points;
  if (!first || rest.length === 0) return "";
  let path = `M${first[0]} ${first[1]}`;
  let [x = 0, y = 0] = first;
  for (const [toX = 0, toY = 0] of rest) {
    const middle = (x + toX) / 2;
    path += `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
    x = toX;
    y = toY;
  }
  return path;
}
