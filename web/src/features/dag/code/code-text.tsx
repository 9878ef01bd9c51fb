import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { ImportMark } from "@/lib/dag/import-marks";
import { pathOf, type Source, type Token } from "@/lib/dag/jsonc";
import { useRoomBelow } from "../use-room";

const LINE = 19;

/** The file with line numbers; each key is a button, and only the lines in sight are there. */
export function CodeText({
  label,
  source,
  marked,
  chosenKey,
  shownLine,
  onKey,
  onLine,
}: {
  label: string;
  source: Source;
  marked: ReadonlyMap<number, readonly ImportMark[]>;
  chosenKey: string | undefined;
  shownLine: number | undefined;
  onKey: (pointer: string) => void;
  onLine: (line: number) => void;
}) {
  const box = useRef<HTMLElement>(null);
  const room = useRoomBelow(box, 14, 320);
  const lines = useVirtualizer({
    count: source.lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
    initialRect: { width: 800, height: 600 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new line is scrolled to.
  useEffect(() => {
    if (shownLine !== undefined && shownLine < source.lines.length) {
      lines.scrollToIndex(shownLine, { align: "center" });
    }
  }, [shownLine]);
  const widest = source.lines.reduce(
    (most, line) =>
      Math.max(
        most,
        line.reduce((sum, token) => sum + token.text.length, 0),
      ),
    0,
  );
  const digits = String(source.lines.length).length;
  return (
    <section
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="panel code-text min-w-0 flex-1 overflow-auto"
      style={{ height: Math.min(source.lines.length * LINE + 20, room) }}
    >
      <div
        className="relative font-mono text-xs"
        style={{ height: lines.getTotalSize() + 4, minWidth: `${widest + digits + 8}ch` }}
      >
        {lines.getVirtualItems().map((row) => (
          <Line
            key={row.index}
            index={row.index}
            top={row.start}
            digits={digits}
            tokens={source.lines[row.index] ?? []}
            marks={marked.get(row.index)}
            chosenKey={chosenKey}
            shown={row.index === shownLine}
            onKey={onKey}
            onLine={onLine}
          />
        ))}
      </div>
    </section>
  );
}

function Line({
  index,
  top,
  digits,
  tokens,
  marks,
  chosenKey,
  shown,
  onKey,
  onLine,
}: {
  index: number;
  top: number;
  digits: number;
  tokens: readonly Token[];
  marks: readonly ImportMark[] | undefined;
  chosenKey: string | undefined;
  shown: boolean;
  onKey: (pointer: string) => void;
  onLine: (line: number) => void;
}) {
  const message = marks?.map((mark) => mark.message).join("; ");
  return (
    <div
      className={`absolute left-0 flex w-full whitespace-pre ${shown ? "bg-raised" : ""} ${marks ? "code-wrong" : ""}`}
      style={{ top, height: LINE, lineHeight: `${LINE}px` }}
      title={message}
    >
      <button
        type="button"
        tabIndex={-1}
        className="sticky left-0 shrink-0 border-r border-line bg-panel px-2 text-right text-muted"
        style={{ width: `${digits + 3}ch` }}
        onClick={() => onLine(index)}
      >
        {index + 1}
      </button>
      <span className="pl-2">
        {tokens.map((token, at) =>
          token.kind === "key" && token.pointer !== null ? (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: a line's pieces have no other name.
              key={at}
              type="button"
              title={pathOf(token.pointer)}
              aria-pressed={token.pointer === chosenKey}
              className="code-key"
              onClick={() => onKey(token.pointer ?? "")}
            >
              {token.text}
            </button>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            <span key={at} className={`code-${token.kind}`}>
              {token.text}
            </span>
          ),
        )}
        {message ? <span className="code-message"> ← {message}</span> : null}
      </span>
    </div>
  );
}
