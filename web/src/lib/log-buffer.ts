/** The lines of a log as the page holds them: bounded, joined where the worker had to cut. */

export interface LogLine {
  /** Counts from 1 at the first line received; stays with the line when older ones are dropped. */
  number: number;
  text: string;
  timestamp: string | null;
  stream: "stdout" | "stderr";
}

export interface LogPiece {
  event: string;
  timestamp?: string | null;
  stream?: "stdout" | "stderr";
  partial?: boolean;
}

export const MAX_LINES = 200_000;
/** A longer line is cut on the screen; the download has it whole. */
export const MAX_LINE_CHARS = 32_768;

export class LogBuffer {
  private held: LogLine[] = [];
  private received = 0;
  private open: LogLine | null = null;

  private readonly maxLines: number;

  constructor(maxLines = MAX_LINES) {
    this.maxLines = maxLines;
  }

  push(piece: LogPiece): void {
    const stream = piece.stream ?? "stdout";
    if (this.open && this.open.stream === stream) {
      this.open.text = cut(this.open.text + piece.event);
      if (!piece.partial) this.open = null;
      return;
    }
    this.received += 1;
    const line: LogLine = {
      number: this.received,
      text: cut(piece.event),
      timestamp: piece.timestamp ?? null,
      stream,
    };
    this.held.push(line);
    this.open = piece.partial ? line : null;
    // Dropping in blocks keeps a push cheap.
    if (this.held.length > this.maxLines * 1.1) this.held = this.held.slice(-this.maxLines);
  }

  /** A copy that React may keep. */
  lines(): readonly LogLine[] {
    return this.held.slice();
  }

  /** How many of the first lines are no longer here. */
  dropped(): number {
    return this.received - this.held.length;
  }
}

function cut(text: string): string {
  return text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)} …` : text;
}

/** How much of a long log is fetched at first: its end. */
export const TAIL_BYTES = 4 * 1024 * 1024;

/** The byte to start at, so that a huge log costs no more than its tail. */
export function startOffset(logBytes: number | undefined, whole: boolean): number {
  return whole ? 0 : Math.max(0, (logBytes ?? 0) - TAIL_BYTES);
}

/** "512 B", "1.5 KiB", "64.0 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
