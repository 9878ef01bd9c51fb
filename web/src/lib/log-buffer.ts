/**
 * A window of a log as the page holds it: bounded, joined where the worker had to cut. A place in a
 * log is a byte: the server finds it at once, however large the log is.
 */

export interface LogLine {
  /** Where the line begins and where the next one does. */
  start: number;
  end: number;
  text: string;
  timestamp: string | null;
  stream: "stdout" | "stderr" | null;
}

export interface LogPiece {
  event: string;
  timestamp?: string | null;
  stream?: "stdout" | "stderr";
  partial?: boolean;
}

export const MAX_LINES = 300_000;
/** A longer line is cut on the screen; the download has it whole. */
export const MAX_LINE_CHARS = 32_768;

export class LogBuffer {
  private held: LogLine[] = [];
  private open: LogLine | null = null;
  /** The number of held[0], counted from 1; null while nobody has counted what is before it. */
  private first: number | null;
  private readonly maxLines: number;

  constructor(begin: number, maxLines = MAX_LINES) {
    this.first = begin === 0 ? 1 : null;
    this.maxLines = maxLines;
  }

  /** The next piece, which ends at this byte. */
  push(piece: LogPiece, start: number, end: number): void {
    const stream = piece.stream ?? null;
    if (this.open && this.open.stream === stream) {
      this.open.text = cut(this.open.text + piece.event);
      this.open.end = end;
      if (!piece.partial) this.open = null;
      return;
    }
    const line = lineOf(piece, start, end);
    this.held.push(line);
    this.open = piece.partial ? line : null;
    // Dropping in blocks keeps a push cheap.
    if (this.held.length > this.maxLines * 1.1) this.dropFront(this.held.length - this.maxLines);
  }

  /** What was read of the log before the first line; what is held already is left out. */
  prepend(earlier: LogBuffer): void {
    const border = this.held[0]?.end ?? Number.POSITIVE_INFINITY;
    const lines = earlier.held.filter((line) => line.end < border);
    if (earlier.first !== null) this.first = earlier.first;
    else if (this.first !== null) this.first -= lines.length;
    this.held = [...lines, ...this.held];
  }

  private dropFront(count: number): void {
    this.held = this.held.slice(count);
    if (this.first !== null) this.first += count;
  }

  /** A copy that React may keep. */
  lines(): readonly LogLine[] {
    return this.held.slice();
  }

  firstNumber(): number | null {
    return this.first;
  }

  isFull(): boolean {
    return this.held.length >= this.maxLines;
  }
}

function lineOf(piece: LogPiece, start: number, end: number): LogLine {
  return {
    start,
    end,
    text: cut(piece.event),
    timestamp: piece.timestamp ?? null,
    stream: piece.stream ?? null,
  };
}

function cut(text: string): string {
  return text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)} …` : text;
}

/** The index of the line that a byte lies in; -1 when it is outside of the window. */
export function lineAt(lines: readonly LogLine[], byte: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.end ?? 0) > byte) high = middle;
    else low = middle + 1;
  }
  const found = lines[low];
  return found && (low > 0 || found.start <= byte) ? low : -1;
}

/** How much of a long log is fetched at first, its end: some 8,000 lines, there in a moment. */
export const TAIL_BYTES = 512 * 1024;
/** How much is fetched when one goes on. */
export const CHUNK_BYTES = 1024 * 1024;
/** What is shown before a line that one was sent to. */
const CONTEXT_BYTES = 64 * 1024;

/** The byte to start at, so that a huge log costs no more than its end, or what is round a line. */
export function startOffset(logBytes: number | undefined, at: number | undefined): number {
  const tail = Math.max(0, (logBytes ?? 0) - TAIL_BYTES);
  return at === undefined || at >= tail ? tail : Math.max(0, at - CONTEXT_BYTES);
}
