import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import { downloadLog, type LogAddress } from "@/api/log-stream";
import { ActionError, Failure } from "@/components/feedback";
import { type Piece, parseAnsi } from "@/lib/ansi";
import { useZone } from "@/lib/clock";
import { formatInstant, plural, type Zone } from "@/lib/format";
import { formatBytes, type LogLine, startOffset, TAIL_BYTES } from "@/lib/log-buffer";
import { type LogState, useLog } from "./use-log";

const LINE_HEIGHT = 18;

const STATES: Record<LogState, string> = {
  connecting: "Opening the log …",
  following: "Live",
  reconnecting: "Connection lost; trying again …",
  ended: "Complete",
  failed: "",
};

export function LogView({ address, bytes }: { address: LogAddress; bytes: number | undefined }) {
  const [whole, setWhole] = useState(false);
  // Where to start is decided once: the log's growth must not restart it.
  const [offset] = useState(() => startOffset(bytes, false));
  const start = whole ? 0 : offset;
  const log = useLog(address, start);
  const [times, setTimes] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  if (log.state === "failed") {
    return <Failure error={log.error} what="log" retry={log.reload} />;
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <span role="status" className="inline-flex items-center gap-1.5">
          {log.state === "following" ? (
            <span aria-hidden="true" className="state-fill state-running size-2 rounded-full" />
          ) : null}
          {STATES[log.state]}
        </span>
        <span className="text-muted">{plural(log.lines.length, "line")}</span>
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={times}
            onChange={(event) => setTimes(event.target.checked)}
          />
          Times
        </label>
        <span className="flex-1" />
        <button
          type="button"
          className="button"
          onClick={() => {
            setProblem(null);
            downloadLog(address).catch(setProblem);
          }}
        >
          Download
        </button>
      </div>
      <ActionError error={problem} />
      {start > 0 ? (
        <p className="rounded bg-warn-panel px-2 py-1">
          Only the last {formatBytes(TAIL_BYTES)} of this log are shown.{" "}
          <button type="button" className="link underline" onClick={() => setWhole(true)}>
            Show it from the beginning
          </button>
        </p>
      ) : null}
      {log.dropped > 0 ? (
        <p className="rounded bg-warn-panel px-2 py-1">
          The first {plural(log.dropped, "line")} are not kept here; the download has them all.
        </p>
      ) : null}
      {log.lines.length === 0 && log.state === "ended" ? (
        <p className="panel p-3 text-muted">The task wrote nothing.</p>
      ) : (
        <Lines lines={log.lines} numbered={start === 0} times={times} />
      )}
    </div>
  );
}

/** Handed to the style sheet, which keeps them readable on either background. */
function ownColours(piece: Piece): CSSProperties | undefined {
  if (!piece.color && !piece.background) return undefined;
  return { "--piece-fg": piece.color, "--piece-bg": piece.background } as CSSProperties;
}

/** Only the lines in sight are in the document. Stays at the end until one scrolls up. */
function Lines({
  lines,
  numbered,
  times,
}: {
  lines: readonly LogLine[];
  numbered: boolean;
  times: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [zone] = useZone();
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  useEffect(() => {
    if (atEnd && lines.length > 0 && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [atEnd, lines]);
  const widest = useMemo(
    () =>
      Math.min(
        2000,
        lines.reduce((most, line) => Math.max(most, line.text.length), 0),
      ),
    [lines],
  );

  return (
    <div className="relative">
      <div
        ref={box}
        role="log"
        aria-label="Log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="panel max-h-[65vh] min-h-24 overflow-auto font-mono text-xs"
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < LINE_HEIGHT * 2);
        }}
      >
        <div
          className="relative"
          style={{ height: virtual.getTotalSize(), minWidth: `calc(${widest}ch + 20rem)` }}
        >
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line ? (
              <Line
                key={item.key}
                line={line}
                top={item.start}
                numbered={numbered}
                zone={times ? zone : null}
              />
            ) : null;
          })}
        </div>
      </div>
      {atEnd ? null : (
        <button
          type="button"
          className="button absolute right-5 bottom-4"
          onClick={() => setAtEnd(true)}
        >
          Jump to the end
        </button>
      )}
    </div>
  );
}

function Line({
  line,
  top,
  numbered,
  zone,
}: {
  line: LogLine;
  top: number;
  numbered: boolean;
  zone: Zone | null;
}) {
  return (
    <div
      className="absolute flex w-full px-2 whitespace-pre hover:bg-raised"
      style={{
        transform: `translateY(${top}px)`,
        height: LINE_HEIGHT,
        lineHeight: `${LINE_HEIGHT}px`,
      }}
    >
      {numbered ? (
        <span className="w-14 shrink-0 pr-3 text-right text-muted select-none">{line.number}</span>
      ) : null}
      {zone ? (
        <span className="shrink-0 pr-3 text-muted select-none">
          {formatInstant(line.timestamp, zone)}
        </span>
      ) : null}
      <span
        className={
          line.stream === "stderr"
            ? "border-l-2 border-bad pl-1.5"
            : "border-l-2 border-transparent pl-1.5"
        }
      >
        {parseAnsi(line.text).map((piece, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other name.
            key={index}
            className={piece.className || undefined}
            style={ownColours(piece)}
          >
            {piece.text}
          </span>
        ))}
      </span>
    </div>
  );
}
