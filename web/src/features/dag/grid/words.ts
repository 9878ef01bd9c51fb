/** What a place of the grid is called: in the tooltip and to a screen reader. */

import type { dagGrid as en } from "@/i18n/en/dagGrid";
import type { Text } from "@/i18n/text";
import type { Place } from "@/lib/dag/grid-geometry";
import { cellOf, countsOf, type VisibleRow } from "@/lib/dag/grid-model";
import { NOTHING, stateOf } from "@/lib/dag/letters";
import { formatDuration } from "@/lib/format";
import { stateLabel } from "@/lib/states";
import type { Scene } from "./draw";

type Say = Text<typeof en>;

/** The task's or group's name; of a row that counts, its task's. */
export function nameOf(row: VisibleRow): string {
  return row.letter === null ? row.label || row.id : row.id;
}

export function placeLabel(
  place: Place,
  scene: Scene,
  say: Say,
  runName: (column: number) => string,
): string {
  const row = scene.rows[place.row];
  const run = scene.runs[place.column];
  if (!row && run) {
    const duration = formatDuration(scene.seconds[place.column]);
    const values = { run: runName(place.column), state: stateLabel(run.state), duration };
    return say(duration ? "bar" : "barWaiting", values);
  }
  if (!row) return "";
  if (!run) return rowLabel(row, say);
  const task = nameOf(row);
  const cell = cellOf(row, run);
  const values = { task, run: runName(place.column), state: stateLabel(stateOf(cell.letter)) };
  if (cell.letter === NOTHING) return say("cellNothing", values);
  if (row.letter !== null) return say("cellCount", { ...values, count: cell.count ?? 0 });
  const counts = countsOf(row, run)
    .map(({ letter, count }) => `${count} ${stateLabel(stateOf(letter))}`)
    .join(", ");
  return counts ? say("cellMapped", { ...values, counts }) : say("cell", values);
}

function rowLabel(row: VisibleRow, say: Say): string {
  const open = row.open === null ? "" : say(row.open ? "groupOpen" : "groupClosed");
  if (row.letter !== null) return `${nameOf(row)}, ${stateLabel(stateOf(row.letter))}`;
  if (row.kind === "group") return say("group", { task: nameOf(row), state: open });
  return [
    say("taskName", { task: nameOf(row) }),
    row.mapped ? say("mapped") : "",
    open,
    row.current ? "" : say("removed"),
  ]
    .filter(Boolean)
    .join(", ");
}
