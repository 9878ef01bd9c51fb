/** Looks for a line in the part of a log that the page does not hold; keeps none of it. */

import { stripAnsi } from "@/lib/ansi";
import { LogBuffer, type LogLine } from "@/lib/log-buffer";
import { type LogAddress, readLogRange } from "./log-stream";

const SCAN_BYTES = 2 * 1024 * 1024;

export interface Scan {
  address: LogAddress;
  /** The bytes to look through: from `from` towards `to`, which may lie before it. */
  from: number;
  to: number;
  wanted: (text: string, line: LogLine) => boolean;
  progress: (bytes: number) => void;
  signal: AbortSignal;
}

/** The first line in the direction of the scan that is wanted; null when there is none. */
export async function scanLog(scan: Scan): Promise<LogLine | null> {
  const { address, wanted, progress, signal } = scan;
  const backwards = scan.to < scan.from;
  let at = scan.from;
  while (!signal.aborted && (backwards ? at > scan.to : at < scan.to)) {
    const begin = backwards ? Math.max(scan.to, at - SCAN_BYTES) : at;
    const limit = backwards ? at - begin : SCAN_BYTES;
    const found = await readLogRange(address, begin, limit, signal);
    const buffer = new LogBuffer(begin);
    for (const { message, start, end } of found) buffer.push(message, start, end);
    const lines = buffer.lines().filter((line) => !backwards || line.start < at);
    const hit = (backwards ? [...lines].reverse() : lines).find((line) =>
      wanted(stripAnsi(line.text), line),
    );
    if (hit) return hit;
    const last = found.at(-1)?.end;
    if (!backwards && (last === undefined || last <= at)) return null;
    at = backwards ? begin : (last ?? scan.to);
    progress(Math.abs(at - scan.from));
  }
  return null;
}
