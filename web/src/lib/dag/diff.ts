/** The differences of two texts, line by line and side by side. Pure. */

export interface Side {
  number: number;
  text: string;
}

/** Both sides: the same; one side: added or taken away; both with `changed`: replaced. */
export interface DiffRow {
  left: Side | null;
  right: Side | null;
  changed: boolean;
}

/** Edits beyond this are not worth the time: the middle is then shown as replaced whole. */
const MOST_EDITS = 1000;

export function diffRows(before: string, after: string): DiffRow[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const pairs = commonLines(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const rows: DiffRow[] = [];
  let i = 0;
  let j = 0;
  const upTo = (endA: number, endB: number) => {
    // What was taken away stands beside what came in its place.
    while (i < endA || j < endB) {
      const left = i < endA ? { number: i + 1, text: a[i] ?? "" } : null;
      const right = j < endB ? { number: j + 1, text: b[j] ?? "" } : null;
      rows.push({ left, right, changed: true });
      if (left) i += 1;
      if (right) j += 1;
    }
  };
  const same = () => {
    rows.push({
      left: { number: i + 1, text: a[i] ?? "" },
      right: { number: j + 1, text: b[j] ?? "" },
      changed: false,
    });
    i += 1;
    j += 1;
  };
  for (let k = 0; k < head; k += 1) same();
  for (const [x, y] of pairs) {
    upTo(head + x, head + y);
    same();
  }
  upTo(a.length - tail, b.length - tail);
  for (let k = 0; k < tail; k += 1) same();
  return rows;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Myers' shortest edit script, as the pairs of lines that stay. */
function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const reached: Int32Array[] = [];
  let row = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most; d += 1) {
    reached.push(row.slice());
    for (let k = -d; k <= d; k += 2) {
      const at = k + most + 1;
      const down = k === -d || (k !== d && (row[at - 1] ?? 0) < (row[at + 1] ?? 0));
      let x = down ? (row[at + 1] ?? 0) : (row[at - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      row[at] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(reached, d, most, a.length, b.length);
    }
    row = row.slice();
  }
  return [];
}

function walkBack(
  reached: readonly Int32Array[],
  edits: number,
  most: number,
  endX: number,
  endY: number,
): [number, number][] {
  const pairs: [number, number][] = [];
  let x = endX;
  let y = endY;
  for (let d = edits; d >= 0; d -= 1) {
    const row = reached[d];
    if (!row) break;
    const k = x - y;
    const at = k + most + 1;
    const down = k === -d || (k !== d && (row[at - 1] ?? 0) < (row[at + 1] ?? 0));
    const previousK = down ? k + 1 : k - 1;
    const previousX = d === 0 ? 0 : (row[previousK + most + 1] ?? 0);
    const previousY = d === 0 ? 0 : previousX - previousK;
    while (x > previousX && y > previousY) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    x = previousX;
    y = previousY;
  }
  return pairs.reverse();
}

export type DiffPart = { kind: "rows"; rows: DiffRow[] } | { kind: "gap"; rows: DiffRow[] };

/** The changes with a few lines around them; long stretches of the same become gaps. */
export function withGaps(rows: readonly DiffRow[], around = 3): DiffPart[] {
  const near = new Array<boolean>(rows.length).fill(false);
  rows.forEach((row, index) => {
    if (!row.changed) return;
    for (
      let k = Math.max(0, index - around);
      k <= Math.min(rows.length - 1, index + around);
      k += 1
    )
      near[k] = true;
  });
  const parts: DiffPart[] = [];
  rows.forEach((row, index) => {
    const kind = near[index] ? "rows" : "gap";
    const last = parts.at(-1);
    if (last?.kind === kind) last.rows.push(row);
    else parts.push({ kind, rows: [row] });
  });
  return parts;
}
