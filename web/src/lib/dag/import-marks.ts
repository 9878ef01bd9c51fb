/** An import error's lines, and where in a shown text they belong. Pure. */

import { pointerOf, type Source } from "./jsonc";

export interface ImportMark {
  /** In the newest text of the file, which is not the one that is active. */
  line: number;
  column: number;
  /** The place by its keys; "" for none. */
  path: string;
  message: string;
}

/** `orders.dag.json:67:11: tasks[2].with.default[0]: no task "load"`, a line each. */
export function readImportError(stackTrace: string): ImportMark[] {
  return stackTrace.split("\n").flatMap((text) => {
    const found = /^.*?:(\d+):(\d+): (.*)$/.exec(text);
    if (!found) return [];
    const [, line, column, rest = ""] = found;
    const placed = /^([A-Za-z_][\w-]*(?:\[\d+\]|\.[\w-]+)*): (.+)$/.exec(rest);
    return [
      {
        line: Number(line),
        column: Number(column),
        path: placed?.[1] ?? "",
        message: placed?.[2] ?? rest,
      },
    ];
  });
}

/**
 * The line (from 0) of the shown text that a mark is about: by its keys, as lines move from text to
 * text; the nearest key around it that the text has. null: nowhere.
 */
export function markedLine(source: Source, mark: ImportMark): number | null {
  let pointer = pointerOf(mark.path);
  while (pointer) {
    const line = source.lineOf.get(pointer);
    if (line !== undefined) return line;
    pointer = pointer.slice(0, pointer.lastIndexOf("/"));
  }
  return null;
}
