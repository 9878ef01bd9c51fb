import { useCallback, useEffect, useRef, useState } from "react";
import { followLog, type LogAddress, readLogRange } from "@/api/log-stream";
import { CHUNK_BYTES, LogBuffer, type LogLine, lineAt, startOffset } from "@/lib/log-buffer";

export type LogState = "connecting" | "following" | "reconnecting" | "ended" | "paused" | "failed";

export interface Log {
  lines: readonly LogLine[];
  /** The number of the first line; null when the lines before it are not counted. */
  firstNumber: number | null;
  state: LogState;
  /** What went wrong last, while nothing has gone well since; what was read before is still here. */
  error: unknown;
  /** True while lines before or behind the window are being read. */
  isReading: boolean;
  /** Lines before the window exist. */
  hasEarlier: boolean;
  /** False when the window holds as many lines as it may. */
  canReadEarlier: boolean;
  readEarlier: () => void;
  /** Of a window that stops before the end: to go on with what follows. */
  readLater: () => void;
  reload: () => void;
}

interface Drawn {
  lines: readonly LogLine[];
  firstNumber: number | null;
  state: LogState;
  error: unknown;
  isReading: boolean;
  isFull: boolean;
  /** The byte behind the last line that is here. */
  end: number;
}

const EMPTY: Drawn = {
  lines: [],
  firstNumber: null,
  state: "connecting",
  error: null,
  isReading: false,
  isFull: false,
  end: 0,
};

/** The byte where the window in the middle of a log begins; -1: its end is shown, and followed. */
function originOf(bytes: number, at: number | undefined): number {
  const start = startOffset(bytes, at);
  return start < startOffset(bytes, undefined) ? start : -1;
}

/**
 * A window of an attempt's log: its end, which is followed while it grows, or what is round a line
 * in the middle of a large one. Whatever comes between two frames is drawn at once.
 */
export function useLog(
  address: LogAddress,
  bytes: number | undefined,
  at: number | undefined,
): Log {
  const { dagId, runId, taskId, mapIndex, tryNumber } = address;
  const [drawn, setDrawn] = useState(EMPTY);
  const [round, setRound] = useState(0);
  const more = useRef<{ earlier: () => void; later: () => void } | null>(null);
  const size = useRef(bytes ?? 0);
  useEffect(() => {
    size.current = Math.max(size.current, bytes ?? 0);
  }, [bytes]);
  // Where to start is decided when one is sent to a place that is not here. That the log grows or
  // ends changes nothing for who reads in it.
  const [sent, setSent] = useState({ at, start: originOf(bytes ?? 0, at) });
  if (sent.at !== at) {
    const here = at === undefined ? sent.start < 0 : lineAt(drawn.lines, at) >= 0;
    setSent({ at, start: here ? sent.start : originOf(Math.max(bytes ?? 0, drawn.end), at) });
  }
  const { start } = sent;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round starts over.
  useEffect(() => {
    const place = { dagId, runId, taskId, mapIndex, tryNumber };
    const abort = new AbortController();
    const begin = start >= 0 ? start : startOffset(size.current, undefined);
    const buffer = new LogBuffer(begin);
    const now: Drawn = { ...EMPTY, firstNumber: buffer.firstNumber() };
    let end = begin;
    let changed = false;
    let isFollowing = false;
    let frame: number | undefined;
    const draw = () => {
      frame = undefined;
      if (changed) {
        now.lines = buffer.lines();
        now.firstNumber = buffer.firstNumber();
        now.isFull = buffer.isFull();
        now.end = end;
      }
      changed = false;
      setDrawn({ ...now });
    };
    const schedule = () => {
      if (frame === undefined && !abort.signal.aborted) frame = requestAnimationFrame(draw);
    };
    const fail = (caught: unknown) => {
      if (abort.signal.aborted) return;
      now.state = "failed";
      now.error = caught;
      schedule();
    };
    const follow = () => {
      isFollowing = true; // once: a second one would bring each line twice
      followLog(
        place,
        end,
        {
          message(message, from, to) {
            buffer.push(message, from, to);
            end = to;
            changed = true;
            schedule();
          },
          state(next) {
            now.state = next;
            schedule();
          },
        },
        abort.signal,
      ).catch(fail);
    };
    const read = async (work: () => Promise<void>) => {
      if (now.isReading) return;
      now.isReading = true;
      now.error = null;
      schedule();
      await work().catch((caught: unknown) => {
        if (!abort.signal.aborted) now.error = caught;
      });
      now.isReading = false;
      schedule();
    };
    const later = () =>
      read(async () => {
        if (isFollowing) return;
        const found = await readLogRange(place, end, CHUNK_BYTES, abort.signal);
        for (const { message, start: from, end: to } of found) buffer.push(message, from, to);
        end = found.at(-1)?.end ?? end;
        changed = true;
        now.state = "paused";
        if (found.length === 0 || end >= size.current) follow();
      });
    const earlier = () =>
      read(async () => {
        const first = buffer.lines()[0];
        if (!first || first.start === 0) return;
        const from = Math.max(0, first.start - CHUNK_BYTES);
        // Up to the end of the first line held: where it begins is not always known.
        const found = await readLogRange(place, from, first.end - from, abort.signal);
        const before = new LogBuffer(from);
        for (const { message, start: at_, end: to } of found) before.push(message, at_, to);
        buffer.prepend(before);
        changed = true;
      });
    more.current = { earlier: () => void earlier(), later: () => void later() };
    setDrawn(EMPTY);
    if (start >= 0) void later();
    else follow();
    return () => {
      abort.abort();
      more.current = null;
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [dagId, runId, taskId, mapIndex, tryNumber, start, round]);

  const hasEarlier = drawn.firstNumber !== 1 && drawn.lines.length > 0;
  return {
    ...drawn,
    hasEarlier,
    canReadEarlier: hasEarlier && !drawn.isFull,
    readEarlier: useCallback(() => more.current?.earlier(), []),
    readLater: useCallback(() => more.current?.later(), []),
    reload: useCallback(() => setRound((old) => old + 1), []),
  };
}
