import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { AnsiText } from "@/components/ansi-text";
import { log as en } from "@/i18n/en/log";
import { useText } from "@/i18n/text";
import { stripAnsi } from "@/lib/ansi";
import { useZone } from "@/lib/clock";
import { formatInstant, type Zone } from "@/lib/format";
import type { LogLine } from "@/lib/log-buffer";
import { namedLevel } from "@/lib/log-index";
import type { LogOptions } from "@/lib/log-options";

const LINE_HEIGHT = 18;

interface LinesProps {
  lines: readonly LogLine[];
  /** Indices of what is shown; null: all. */
  rows: readonly number[] | null;
  firstNumber: number | null;
  options: LogOptions;
  matcher: RegExp | null;
  /** The line to show, as an index; a new object goes there again. */
  target: { index: number } | null;
  /** The line that the URL names. */
  marked: number;
  onLink: (line: LogLine) => void;
  onTop: () => void;
  onEnd: () => void;
  /** True: new lines come at the end by themselves. */
  isLive: boolean;
}

/** Only the lines in sight are in the document. Stays at the end until one scrolls up. */
export function LogLines(props: LinesProps) {
  const { lines, rows, options, target, isLive } = props;
  const t = useText("log", en);
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(target === null);
  const lastTop = useRef(0);
  const [zone] = useZone();
  const count = rows ? rows.length : lines.length;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (row) => lines[rows ? (rows[row] ?? 0) : row]?.end ?? row,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height for every line.
  useEffect(() => virtual.measure(), [options.wrap]);
  useEffect(() => {
    if (atEnd && isLive && count > 0 && box.current)
      box.current.scrollTop = box.current.scrollHeight;
  }, [atEnd, isLive, count]);
  useKeepPlace(lines, rows, box, atEnd);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new target moves the page.
  useEffect(() => {
    if (!target || target.index < 0) return;
    const row = rows ? rows.indexOf(target.index) : target.index;
    if (row < 0) return;
    setAtEnd(false);
    virtual.scrollToIndex(row, { align: "center" });
  }, [target]);

  return (
    <div className="relative">
      <div
        ref={box}
        role="log"
        aria-label={t("label")}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="panel h-[65vh] min-h-24 overflow-auto font-mono text-xs"
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          const end = scrollHeight - scrollTop - clientHeight < LINE_HEIGHT * 2;
          // Lines that came since it went to the end are no wish to leave it: going up is one.
          const isUp = scrollTop < lastTop.current;
          lastTop.current = scrollTop;
          setAtEnd(end || (atEnd && !isUp));
          if (scrollTop < LINE_HEIGHT * 10) props.onTop();
          if (end) props.onEnd();
        }}
      >
        <div className="relative min-w-fit" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const index = rows ? (rows[item.index] ?? 0) : item.index;
            const line = lines[index];
            return line ? (
              <div
                key={item.key}
                ref={options.wrap ? virtual.measureElement : undefined}
                data-index={item.index}
                className={`absolute flex min-w-full px-2 hover:bg-raised ${
                  options.wrap ? "w-full break-all whitespace-pre-wrap" : "whitespace-pre"
                } ${index === props.marked ? "bg-warn-panel" : ""}`}
                style={{ transform: `translateY(${item.start}px)`, lineHeight: `${LINE_HEIGHT}px` }}
              >
                <Line
                  line={line}
                  number={props.firstNumber === null ? null : props.firstNumber + index}
                  zone={options.times ? zone : null}
                  matcher={props.matcher}
                  onLink={props.onLink}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {atEnd || !isLive ? null : (
        <button
          type="button"
          className="button absolute right-5 bottom-4"
          onClick={() => setAtEnd(true)}
        >
          {t("jumpEnd")}
        </button>
      )}
    </div>
  );
}

/** Lines that come in front must not push away what one reads. */
function useKeepPlace(
  lines: readonly LogLine[],
  rows: readonly number[] | null,
  box: React.RefObject<HTMLDivElement | null>,
  atEnd: boolean,
): void {
  const before = useRef<{ first: LogLine | undefined; count: number }>({
    first: undefined,
    count: 0,
  });
  useLayoutEffect(() => {
    const { first, count } = before.current;
    const shown = rows ? rows.length : lines.length;
    if (first && lines[0] !== first && box.current && !atEnd) {
      const isEarlier = (lines[0]?.start ?? 0) < first.start;
      // Either lines came in front, or so many went that the window stays as large as it may be.
      const added = isEarlier ? shown - count : 0;
      if (added > 0) box.current.scrollTop += added * LINE_HEIGHT;
    }
    before.current = { first: lines[0], count: shown };
  }, [lines, rows, box, atEnd]);
}

/** Red is for errors alone: many a program writes all it has to say to stderr. */
function barOf(line: LogLine): string {
  if (namedLevel(stripAnsi(line.text)) === "error") return "border-bad";
  return line.stream === "stderr" ? "border-line" : "border-transparent";
}

const Line = memo(function Line({
  line,
  number,
  zone,
  matcher,
  onLink,
}: {
  line: LogLine;
  number: number | null;
  zone: Zone | null;
  matcher: RegExp | null;
  onLink: (line: LogLine) => void;
}) {
  const t = useText("log", en);
  return (
    <>
      <button
        type="button"
        // Thousands of stops would be no way through by keyboard; the search goes to a line, too.
        tabIndex={-1}
        className="w-16 shrink-0 pr-3 text-right text-muted select-none hover:text-accent hover:underline"
        aria-label={number === null ? t("placeLink") : t("lineLink", { number })}
        onClick={() => onLink(line)}
      >
        {number ?? "·"}
      </button>
      {zone ? (
        <span className="shrink-0 pr-3 text-muted select-none">
          {formatInstant(line.timestamp, zone)}
        </span>
      ) : null}
      <span
        className={`min-w-0 border-l-2 pl-1.5 ${barOf(line)}`}
        title={line.stream === "stderr" ? "stderr" : undefined}
      >
        <AnsiText text={line.text} matcher={matcher} />
      </span>
    </>
  );
});
