/** Which rows of a long list stand before the eye, when all are equally high: pure. */

export interface Range {
  from: number;
  /** One behind the last. */
  to: number;
}

/** Rows above and below, so that a quick finger finds them drawn. */
const MARGIN = 8;
/** The range moves in steps, so that most frames of a scroll draw nothing anew. */
const STEP = 4;

/**
 * `offset`: how far the list's first row is above the top edge of the window, in pixels; negative
 * while it is below.
 */
export function rowsInSight(
  offset: number,
  windowHeight: number,
  rowHeight: number,
  count: number,
): Range {
  const first = Math.floor(offset / rowHeight);
  const last = Math.ceil((offset + windowHeight) / rowHeight);
  const from = Math.floor((first - MARGIN) / STEP) * STEP;
  const to = Math.ceil((last + MARGIN) / STEP) * STEP;
  return { from: clamp(from, count), to: clamp(to, count) };
}

function clamp(row: number, count: number): number {
  return Math.min(Math.max(row, 0), count);
}

/** Where to scroll so that the row is in sight; null if it is. `covered`: by what sticks on top. */
export function scrollFor(
  row: number,
  rowHeight: number,
  offset: number,
  windowHeight: number,
  covered: number,
): number | null {
  const start = row * rowHeight - offset;
  if (start < covered) return start - covered;
  if (start + rowHeight > windowHeight) return start + rowHeight - windowHeight;
  return null;
}
