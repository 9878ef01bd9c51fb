/** What the grid shows: which rows and runs, and what is in a cell. Pure. */

import type { components } from "@/api/schema.gen";
import { elapsed } from "@/lib/format";
import type { RunState } from "@/lib/states";
import { LETTERS, NOTHING } from "./letters";

export type Grid = components["schemas"]["GridResponse"];
export type GridRow = components["schemas"]["GridRow"];
export type GridRun = components["schemas"]["GridRun"];
export type RunType = components["schemas"]["DagRunType"];

export interface RowFilter {
  /** Groups whose rows are hidden. */
  folded: ReadonlySet<string>;
  /** Mapped tasks that show a row per state. */
  opened: ReadonlySet<string>;
  /** A part of the task's id or name. */
  q?: string | undefined;
  /** Only tasks that have this letter in one of the runs. */
  letter?: string | undefined;
}

export interface VisibleRow {
  key: string;
  /** Position in the answer, and so in each run's cells. */
  index: number;
  kind: "group" | "task" | "count";
  id: string;
  label: string;
  depth: number;
  mapped: boolean;
  current: boolean;
  /** null: there is nothing to fold. */
  open: boolean | null;
  /** Of a count row: the state that it counts. */
  letter: string | null;
}

export interface RunFilter {
  type?: RunType | undefined;
  state?: RunState | undefined;
}

/** The runs that pass, the oldest first, as time runs to the right. */
export function visibleRuns(runs: readonly GridRun[], filter: RunFilter): GridRun[] {
  return runs
    .filter(
      (run) =>
        (!filter.type || run.run_type === filter.type) &&
        (!filter.state || run.state === filter.state),
    )
    .reverse();
}

export function visibleRows(
  rows: readonly GridRow[],
  runs: readonly GridRun[],
  filter: RowFilter,
): VisibleRow[] {
  const position = new Map(rows.map((row, index) => [row.id, index]));
  const kept = keptRows(rows, runs, filter, position);
  const searching = kept !== null;
  const out: VisibleRow[] = [];
  const depths = new Map<string, number>();
  const hidden = new Set<string>();
  rows.forEach((row, index) => {
    const depth = row.parent === null ? 0 : (depths.get(row.parent) ?? 0) + 1;
    depths.set(row.id, depth);
    const inFold = row.parent !== null && hidden.has(row.parent);
    const group = row.type === "group";
    if (group && (inFold || (!searching && filter.folded.has(row.id)))) hidden.add(row.id);
    if (inFold || (kept && !kept.has(index))) return;
    const counted = !group && runs.some((run) => run.mapped[String(index)]);
    const open = group
      ? searching
        ? null
        : !filter.folded.has(row.id)
      : counted
        ? filter.opened.has(row.id)
        : null;
    const base = { index, id: row.id, mapped: row.is_mapped, current: row.is_current };
    out.push({
      ...base,
      key: row.id,
      kind: group ? "group" : "task",
      label: row.label,
      depth,
      open,
      letter: null,
    });
    if (counted && open) {
      for (const letter of countedLetters(runs, index)) {
        out.push({
          ...base,
          key: `${row.id} ${letter}`,
          kind: "count",
          label: "",
          depth: depth + 1,
          open: null,
          letter,
        });
      }
    }
  });
  return out;
}

/** The rows that match, with the groups around them; null when nothing is asked for. */
function keptRows(
  rows: readonly GridRow[],
  runs: readonly GridRun[],
  { q, letter }: RowFilter,
  position: ReadonlyMap<string, number>,
): Set<number> | null {
  const words = q?.trim().toLowerCase() ?? "";
  if (!words && !letter) return null;
  const kept = new Set<number>();
  const named = new Set<string>();
  rows.forEach((row, index) => {
    const inNamed = row.parent !== null && named.has(row.parent);
    const byName =
      inNamed || row.id.toLowerCase().includes(words) || row.label.toLowerCase().includes(words);
    if (byName && row.type === "group" && words) named.add(row.id);
    if (!byName || (row.type === "group" && letter)) return;
    if (letter && !hasLetter(runs, index, letter)) return;
    for (let at: number | undefined = index; at !== undefined && !kept.has(at); ) {
      kept.add(at);
      const parent: string | null = rows[at]?.parent ?? null;
      at = parent === null ? undefined : position.get(parent);
    }
  });
  return kept;
}

function hasLetter(runs: readonly GridRun[], index: number, letter: string): boolean {
  return runs.some(
    (run) => run.cells[index] === letter || (run.mapped[String(index)]?.[letter] ?? 0) > 0,
  );
}

function countedLetters(runs: readonly GridRun[], index: number): string[] {
  return LETTERS.filter((letter) =>
    runs.some((run) => (run.mapped[String(index)]?.[letter] ?? 0) > 0),
  );
}

export interface Cell {
  letter: string;
  /** Of a mapped task: how many instances it stands for; of a count row: how many there are. */
  count: number | null;
}

export function cellOf(row: VisibleRow, run: GridRun): Cell {
  const counts = run.mapped[String(row.index)];
  if (row.letter !== null) {
    const count = counts?.[row.letter] ?? 0;
    return { letter: count > 0 ? row.letter : NOTHING, count: count > 0 ? count : null };
  }
  return {
    letter: run.cells[row.index] ?? NOTHING,
    count: counts ? Object.values(counts).reduce((sum, count) => sum + count, 0) : null,
  };
}

/** How many instances are in each state, the worst first; empty when the row is not mapped there. */
export function countsOf(row: VisibleRow, run: GridRun): { letter: string; count: number }[] {
  const counts = run.mapped[String(row.index)];
  if (!counts) return [];
  return LETTERS.flatMap((letter) => {
    const count = counts[letter] ?? 0;
    return count > 0 ? [{ letter, count }] : [];
  });
}

/** Seconds of each run; null for one that has not begun. */
export function runSeconds(runs: readonly GridRun[], now: number): (number | null)[] {
  return runs.map((run) => elapsed(run, now));
}

/** Is anything of it still going to change by itself? */
export function hasActiveRun(grid: Grid | undefined): boolean {
  return grid?.runs.some((run) => run.state === "running" || run.state === "queued") ?? false;
}

/** With the group or mapped task folded the other way; sorted, so that one view has one URL. */
export function toggled(set: ReadonlySet<string>, id: string): string[] {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return [...next].sort();
}
