/** Where the grid's cells are, and where a key leads. Pure; pixels of CSS. */

export interface Layout {
  rows: number;
  columns: number;
  rowHeight: number;
  columnWidth: number;
  /** The names at the left and the bars on top stay where they are. */
  namesWidth: number;
  headHeight: number;
}

export interface View {
  width: number;
  height: number;
  left: number;
  top: number;
}

/** -1 is the column of names, the row of bars. */
export interface Place {
  row: number;
  column: number;
}

export function contentSize(layout: Layout): { width: number; height: number } {
  return {
    width: layout.namesWidth + layout.columns * layout.columnWidth,
    height: layout.headHeight + layout.rows * layout.rowHeight,
  };
}

/** The first and the one behind the last that can be seen. */
export function visibleRange(
  offset: number,
  size: number,
  step: number,
  count: number,
): [first: number, end: number] {
  const first = Math.min(count, Math.max(0, Math.floor(offset / step)));
  return [first, Math.min(count, Math.max(first, Math.ceil((offset + size) / step)))];
}

/** What is under a point of the view; null: nothing, or the corner. */
export function placeAt(x: number, y: number, view: View, layout: Layout): Place | null {
  const column =
    x < layout.namesWidth
      ? -1
      : Math.floor((x - layout.namesWidth + view.left) / layout.columnWidth);
  const row =
    y < layout.headHeight ? -1 : Math.floor((y - layout.headHeight + view.top) / layout.rowHeight);
  if (column >= layout.columns || row >= layout.rows || (row < 0 && column < 0)) return null;
  return { row, column };
}

/** The box of a place in the view. */
export function boxOf(
  place: Place,
  view: View,
  layout: Layout,
): { x: number; y: number; width: number; height: number } {
  const names = place.column < 0;
  const head = place.row < 0;
  return {
    x: names ? 0 : layout.namesWidth + place.column * layout.columnWidth - view.left,
    y: head ? 0 : layout.headHeight + place.row * layout.rowHeight - view.top,
    width: names ? layout.namesWidth : layout.columnWidth,
    height: head ? layout.headHeight : layout.rowHeight,
  };
}

/** How far to scroll so that a place can be seen. */
export function scrollTo(place: Place, view: View, layout: Layout): { left: number; top: number } {
  const along = (at: number, step: number, offset: number, size: number) => {
    if (at < 0) return offset;
    if (at * step < offset) return at * step;
    return Math.max(offset, (at + 1) * step - size);
  };
  return {
    left: along(place.column, layout.columnWidth, view.left, view.width - layout.namesWidth),
    top: along(place.row, layout.rowHeight, view.top, view.height - layout.headHeight),
  };
}

/** Where a key leads from a place; null: the key is not the grid's. */
export function moved(
  key: string,
  control: boolean,
  from: Place,
  layout: Pick<Layout, "rows" | "columns">,
  page: number,
): Place | null {
  const lastRow = layout.rows - 1;
  const lastColumn = layout.columns - 1;
  let { row, column } = from;
  switch (key) {
    case "ArrowUp":
      row -= 1;
      break;
    case "ArrowDown":
      row += 1;
      break;
    case "ArrowLeft":
      column -= 1;
      break;
    case "ArrowRight":
      column += 1;
      break;
    case "Home":
      column = -1;
      if (control) row = 0;
      break;
    case "End":
      column = lastColumn;
      if (control) row = lastRow;
      break;
    case "PageUp":
      row -= page;
      break;
    case "PageDown":
      row += page;
      break;
    default:
      return null;
  }
  return clamped({ row, column }, layout);
}

/** The nearest place that there is; not the corner, in which there is nothing. */
export function clamped(place: Place, layout: Pick<Layout, "rows" | "columns">): Place {
  const row = Math.min(layout.rows - 1, Math.max(-1, place.row));
  let column = Math.min(layout.columns - 1, Math.max(-1, place.column));
  if (row < 0 && column < 0) column = 0;
  return { row, column };
}
