/** Draws what is in sight of the grid: nothing here knows of React or of the server. */

import { boxOf, type Layout, type Place, type View, visibleRange } from "@/lib/dag/grid-geometry";
import { cellOf, type GridRun, type VisibleRow } from "@/lib/dag/grid-model";
import { letterOf, NOTHING } from "@/lib/dag/letters";
import type { CanvasTheme } from "../canvas-theme";
import { FACE, markColour, type Sprites } from "./sprites";

export interface Scene {
  rows: readonly VisibleRow[];
  runs: readonly GridRun[];
  /** Seconds of each run, and of the longest. */
  seconds: readonly (number | null)[];
  longest: number;
  longestLabel: string;
  /** The run's date as it stands above its bar. */
  dates: readonly string[];
}

export interface Frame {
  view: View;
  layout: Layout;
  theme: CanvasTheme;
  sprites: Sprites;
  scale: number;
  hover: Place | null;
  focus: Place | null;
  labels: LabelCache;
}

const BAR_TOP = 20;
const BAR_BOTTOM = 16;
const TYPE_SIGNS: Readonly<Record<string, string>> = {
  manual: "▸",
  backfill: "↺",
  asset_triggered: "◆",
  asset_materialization: "◆",
};
/** A date every so many runs, as far as they have room. */
const DATE_STEP = 5;

export function drawGrid(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { view, theme, scale, layout } = frame;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, view.width, view.height);
  context.textBaseline = "middle";
  drawCells(context, scene, frame);
  drawNames(context, scene, frame);
  drawHead(context, scene, frame);
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(layout.namesWidth - 0.5, 0);
  context.lineTo(layout.namesWidth - 0.5, view.height);
  context.moveTo(0, layout.headHeight - 0.5);
  context.lineTo(view.width, layout.headHeight - 0.5);
  context.stroke();
  drawFocus(context, frame);
}

function clip(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}

function drawCells(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { view, layout, theme, sprites } = frame;
  const { namesWidth, headHeight, rowHeight, columnWidth } = layout;
  clip(context, namesWidth, headHeight, view.width - namesWidth, view.height - headHeight);
  const [firstRow, endRow] = visibleRange(
    view.top,
    view.height - headHeight,
    rowHeight,
    layout.rows,
  );
  const [firstColumn, endColumn] = visibleRange(
    view.left,
    view.width - namesWidth,
    columnWidth,
    layout.columns,
  );
  drawHover(context, frame, view.width, view.height);
  context.font = `600 9px ${theme.font}`;
  context.textAlign = "center";
  const insetX = (columnWidth - FACE) / 2;
  const insetY = (rowHeight - FACE) / 2;
  for (let r = firstRow; r < endRow; r += 1) {
    const row = scene.rows[r];
    if (!row) continue;
    const y = headHeight + r * rowHeight - view.top + insetY;
    for (let c = firstColumn; c < endColumn; c += 1) {
      const run = scene.runs[c];
      if (!run) continue;
      const { letter, count } = cellOf(row, run);
      if (letter === NOTHING) continue;
      const x = namesWidth + c * columnWidth - view.left + insetX;
      // A folded or counted number tells more than the sign, which its row has at its name.
      if (row.letter !== null && count !== null) {
        drawCount(context, theme.states[letter] ?? theme.muted, count, x, y);
        continue;
      }
      const sprite = sprites.get(letter);
      if (sprite) context.drawImage(sprite, x, y, FACE, FACE);
    }
  }
  context.restore();
}

function drawCount(
  context: CanvasRenderingContext2D,
  colour: string,
  count: number,
  x: number,
  y: number,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, FACE - 1, FACE - 1, 3);
  context.fill();
  context.fillStyle = markColour(context.fillStyle);
  const text = count < 1000 ? String(count) : count < 10_000 ? `${Math.floor(count / 1000)}k` : "+";
  context.fillText(text, x + FACE / 2, y + FACE / 2 + 0.5, FACE - 1);
}

/** The row and the column under the pointer, so that the eye finds their names. */
function drawHover(
  context: CanvasRenderingContext2D,
  { hover, view, layout, theme }: Frame,
  width: number,
  height: number,
): void {
  if (!hover) return;
  const box = boxOf(hover, view, layout);
  context.fillStyle = theme.raised;
  if (hover.row >= 0) context.fillRect(0, box.y, width, layout.rowHeight);
  if (hover.column >= 0) context.fillRect(box.x, 0, layout.columnWidth, height);
}

function drawNames(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { view, layout, theme, hover, labels } = frame;
  const { namesWidth, headHeight, rowHeight } = layout;
  clip(context, 0, headHeight, namesWidth, view.height - headHeight);
  context.fillStyle = theme.panel;
  context.fillRect(0, headHeight, namesWidth, view.height - headHeight);
  if (hover && hover.row >= 0) {
    context.fillStyle = theme.raised;
    context.fillRect(0, boxOf(hover, view, layout).y, namesWidth, rowHeight);
  }
  context.textAlign = "left";
  const [first, end] = visibleRange(view.top, view.height - headHeight, rowHeight, layout.rows);
  for (let r = first; r < end; r += 1) {
    const row = scene.rows[r];
    if (!row) continue;
    const y = headHeight + r * rowHeight - view.top;
    let x = 8 + row.depth * 12;
    if (row.letter !== null) {
      const sprite = frame.sprites.get(row.letter);
      if (sprite) context.drawImage(sprite, x + 12, y + (rowHeight - 12) / 2, 12, 12);
      x += 30;
    } else {
      if (row.open !== null) drawTriangle(context, theme.muted, x + 4, y + rowHeight / 2, row.open);
      x += 14;
    }
    context.font = `${row.kind === "group" ? "600 " : ""}12px ${theme.font}`;
    context.fillStyle = row.current && row.letter === null ? theme.ink : theme.muted;
    const text = labels.fitted(context, row, namesWidth - x - 8);
    context.fillText(text, x, y + rowHeight / 2 + 0.5);
    if (!row.current) {
      const width = context.measureText(text).width;
      context.fillRect(x, y + rowHeight / 2, width, 1);
    }
  }
  context.restore();
}

function drawTriangle(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  open: boolean,
): void {
  context.fillStyle = colour;
  context.beginPath();
  if (open) {
    context.moveTo(x - 4, y - 2.5);
    context.lineTo(x + 4, y - 2.5);
    context.lineTo(x, y + 3);
  } else {
    context.moveTo(x - 2.5, y - 4);
    context.lineTo(x + 3, y);
    context.lineTo(x - 2.5, y + 4);
  }
  context.fill();
}

/** A bar per run: its height is how long it took, its colour and its foot its state. */
function drawHead(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { view, layout, theme, sprites, hover } = frame;
  const { namesWidth, headHeight, columnWidth } = layout;
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, view.width, headHeight);
  clip(context, namesWidth, 0, view.width - namesWidth, headHeight);
  if (hover && hover.column >= 0) {
    context.fillStyle = theme.raised;
    context.fillRect(boxOf(hover, view, layout).x, 0, columnWidth, headHeight);
  }
  const room = headHeight - BAR_TOP - BAR_BOTTOM;
  const floor = headHeight - BAR_BOTTOM;
  const [first, end] = visibleRange(
    view.left,
    view.width - namesWidth,
    columnWidth,
    layout.columns,
  );
  context.textAlign = "center";
  for (let c = first; c < end; c += 1) {
    const run = scene.runs[c];
    if (!run) continue;
    const x = namesWidth + c * columnWidth - view.left;
    const letter = letterOf(run.state);
    const seconds = scene.seconds[c] ?? 0;
    const height = Math.max(3, scene.longest > 0 ? (seconds / scene.longest) * room : 3);
    context.fillStyle = theme.states[letter] ?? theme.muted;
    context.beginPath();
    context.roundRect(x + 3, floor - height, columnWidth - 6, height, [2, 2, 0, 0]);
    context.fill();
    const sprite = sprites.get(letter);
    if (sprite) context.drawImage(sprite, x + (columnWidth - 12) / 2, floor + 2, 12, 12);
    const sign = TYPE_SIGNS[run.run_type];
    if (sign && height < room - 10) {
      context.fillStyle = theme.muted;
      context.font = `9px ${theme.font}`;
      context.fillText(sign, x + columnWidth / 2, floor - height - 6);
    }
  }
  drawDates(context, scene, frame, first, end);
  context.restore();
  drawScale(context, scene, frame, floor, room);
}

function drawDates(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { view, layout, theme }: Frame,
  first: number,
  end: number,
): void {
  context.font = `10px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = "left";
  // From the newest on, so that the newest always has its date.
  const from = Math.max(0, first - DATE_STEP);
  for (let c = from; c < end; c += 1) {
    if ((layout.columns - 1 - c) % DATE_STEP !== DATE_STEP - 1) continue;
    const x = layout.namesWidth + c * layout.columnWidth - view.left;
    context.fillText(scene.dates[c] ?? "", x + 3, 9, DATE_STEP * layout.columnWidth - 6);
    context.fillRect(x, 3, 1, BAR_TOP - 6);
  }
}

function drawScale(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { layout, theme }: Frame,
  floor: number,
  room: number,
): void {
  context.fillStyle = theme.muted;
  context.font = `10px ${theme.font}`;
  context.textAlign = "right";
  context.fillText(scene.longestLabel, layout.namesWidth - 8, floor - room + 4);
  context.fillText("0", layout.namesWidth - 8, floor - 4);
}

function drawFocus(context: CanvasRenderingContext2D, { focus, view, layout, theme }: Frame): void {
  if (!focus) return;
  const box = boxOf(focus, view, layout);
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.strokeRect(box.x + 1, box.y + 1, box.width - 2, box.height - 2);
}

/** Names cut to their room: measured once, as measuring is slow. */
export class LabelCache {
  private readonly known = new Map<string, string>();

  fitted(context: CanvasRenderingContext2D, row: VisibleRow, room: number): string {
    const key = `${row.key} ${row.label} ${room}`;
    let text = this.known.get(key);
    if (text === undefined) {
      text = shortened(
        context,
        row.label + (row.mapped && row.letter === null ? " [ ]" : ""),
        room,
      );
      this.known.set(key, text);
    }
    return text;
  }
}

function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
