import { useCallback, useEffect, useState } from "react";
import { followLog, type LogAddress } from "@/api/log-stream";
import { LogBuffer, type LogLine } from "@/lib/log-buffer";

export type LogState = "connecting" | "following" | "reconnecting" | "ended" | "failed";

export interface Log {
  lines: readonly LogLine[];
  dropped: number;
  state: LogState;
  error: unknown;
  reload: () => void;
}

const EMPTY: Omit<Log, "reload"> = { lines: [], dropped: 0, state: "connecting", error: null };

/** An attempt's log as it grows. Whatever comes between two frames is drawn at once. */
export function useLog(address: LogAddress, offset: number): Log {
  const { dagId, runId, taskId, mapIndex, tryNumber } = address;
  const [log, setLog] = useState(EMPTY);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round starts over.
  useEffect(() => {
    const abort = new AbortController();
    const buffer = new LogBuffer();
    let state: LogState = "connecting";
    let error: unknown = null;
    let lines: readonly LogLine[] = [];
    let changed = false;
    let frame: number | undefined;
    const draw = () => {
      frame = undefined;
      if (changed) lines = buffer.lines();
      changed = false;
      setLog({ lines, dropped: buffer.dropped(), state, error });
    };
    const schedule = () => {
      if (frame === undefined && !abort.signal.aborted) frame = requestAnimationFrame(draw);
    };
    setLog(EMPTY);
    followLog(
      { dagId, runId, taskId, mapIndex, tryNumber },
      offset,
      {
        message(message) {
          buffer.push(message);
          changed = true;
          schedule();
        },
        state(next) {
          state = next;
          schedule();
        },
      },
      abort.signal,
    ).catch((caught: unknown) => {
      state = "failed";
      error = caught;
      schedule();
    });
    return () => {
      abort.abort();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [dagId, runId, taskId, mapIndex, tryNumber, offset, round]);

  return { ...log, reload: useCallback(() => setRound((old) => old + 1), []) };
}
