import { useEffect, useMemo, useRef, useState } from "react";
import { scanLog } from "@/api/log-scan";
import type { LogAddress } from "@/api/log-stream";
import { ActionError, Failure } from "@/components/feedback";
import { log as en } from "@/i18n/en/log";
import { useText } from "@/i18n/text";
import { formatBytes } from "@/lib/format";
import { type LogLine, lineAt } from "@/lib/log-buffer";
import { LogIndex, matcherOf, namedLevel } from "@/lib/log-index";
import { useLogOptions } from "@/lib/log-options";
import type { LevelFilter } from "@/lib/search-run";
import { LogLines } from "./log-lines";
import { LogToolbar } from "./log-toolbar";
import { type LogState, useLog } from "./use-log";

/** What the URL says about the log. */
export interface LogSearch {
  q?: string | undefined;
  level?: LevelFilter | undefined;
  only?: "1" | undefined;
  at?: number | undefined;
}

const STATES = {
  connecting: "opening",
  following: "live",
  reconnecting: "reconnecting",
  ended: "complete",
  paused: "paused",
  failed: "interrupted",
} as const satisfies Record<LogState, keyof typeof en>;

export function LogView({
  address,
  bytes,
  search,
  onSearch,
}: {
  address: LogAddress;
  bytes: number | undefined;
  search: LogSearch;
  onSearch: (next: LogSearch) => void;
}) {
  const t = useText("log", en);
  const log = useLog(address, bytes, search.at);
  const options = useLogOptions();
  const index = useRef(new LogIndex());
  const { q = "", level, only } = search;
  const matcher = useMemo(() => matcherOf(q), [q]);
  const { rows, hits, firstError } = useMemo(
    () => index.current.update(log.lines, { query: q, level, only: only === "1" }),
    [log.lines, q, level, only],
  );
  const [target, setTarget] = useState<{ index: number } | null>(null);
  const marked = search.at === undefined ? -1 : lineAt(log.lines, search.at);
  const scan = useScan(address, (line) => onSearch({ ...search, at: line.start }));

  // A link to a line goes there once the line is here.
  const shownAt = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (search.at === undefined) shownAt.current = undefined;
    if (marked < 0 || shownAt.current === search.at) return;
    shownAt.current = search.at;
    setTarget({ index: marked });
  }, [marked, search.at]);

  const failure = log.error ? (
    <Failure error={log.error} what={t("what")} retry={log.reload} />
  ) : null;
  if (failure && log.lines.length === 0) return failure;
  const size = Math.max(bytes ?? 0, log.lines.at(-1)?.end ?? 0);
  const begin = log.lines[0]?.start ?? 0;
  const isPart = log.hasEarlier || log.state === "paused";
  const goTo = (at: number) => {
    const line = log.lines[at];
    if (line) onSearch({ ...search, at: line.start });
    setTarget({ index: at });
  };
  return (
    <div className="flex flex-col gap-2">
      <LogToolbar
        state={
          <span role="status" className="inline-flex items-center gap-1.5">
            {log.state === "following" ? (
              <span aria-hidden="true" className="state-fill state-running size-2 rounded-full" />
            ) : null}
            {t(STATES[log.state])}
          </span>
        }
        lines={log.lines.length}
        address={address}
        search={search}
        onSearch={onSearch}
        isBad={matcher === "invalid"}
        hits={hits}
        at={marked}
        onHit={goTo}
        onFirstError={() => {
          // The page may not hold the beginning, where the cause stands.
          if (!log.hasEarlier && firstError >= 0) goTo(firstError);
          else
            scan.start({
              from: 0,
              to: size,
              wanted: (text) => namedLevel(text) === "error",
              nothing: t("noError"),
            });
        }}
      />
      {failure}
      <ActionError error={scan.error} />
      {scan.message ? <p role="status">{scan.message}</p> : null}
      {scan.done !== null ? (
        <p role="status" className="flex items-center gap-2">
          {t("scanning", { done: formatBytes(scan.done), all: formatBytes(size) })}
          <button type="button" className="button" onClick={scan.stop}>
            {t("stop")}
          </button>
        </p>
      ) : null}
      {isPart ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded bg-warn-panel px-2 py-1">
          {t("partOf", { size: formatBytes(size) })}
          {log.hasEarlier ? (
            <button
              type="button"
              className="button"
              onClick={() =>
                log.canReadEarlier
                  ? log.readEarlier()
                  : onSearch({ ...search, at: Math.max(0, begin - 1) })
              }
            >
              {log.isReading ? t("reading") : t("earlier")}
            </button>
          ) : null}
          {log.hasEarlier ? (
            <button type="button" className="button" onClick={() => onSearch({ ...search, at: 0 })}>
              {t("jumpBegin")}
            </button>
          ) : null}
          {log.state === "paused" ? (
            <button
              type="button"
              className="button"
              onClick={() => onSearch({ ...search, at: undefined })}
            >
              {t("jumpEnd")}
            </button>
          ) : null}
          {matcher instanceof RegExp && log.hasEarlier ? (
            <button
              type="button"
              className="button"
              onClick={() =>
                scan.start({
                  from: begin,
                  to: 0,
                  wanted: (text) => {
                    matcher.lastIndex = 0;
                    return matcher.test(text);
                  },
                  nothing: t("noHits"),
                })
              }
            >
              {t("searchBefore")}
            </button>
          ) : null}
        </p>
      ) : null}
      {log.lines.length === 0 && log.state === "ended" ? (
        <p className="panel p-3 text-muted">{t("nothing")}</p>
      ) : (
        <LogLines
          lines={log.lines}
          rows={rows}
          firstNumber={log.firstNumber}
          options={options}
          matcher={matcher instanceof RegExp ? matcher : null}
          target={target}
          marked={marked}
          onLink={(line) => onSearch({ ...search, at: line.start })}
          onTop={() => {
            if (log.canReadEarlier && !rows) log.readEarlier();
          }}
          onEnd={() => {
            if (log.state === "paused") log.readLater();
          }}
          isLive={log.state !== "paused" && search.at === undefined}
        />
      )}
      {rows?.length === 0 && log.lines.length > 0 ? (
        <p className="text-muted">{t("nothingPasses")}</p>
      ) : null}
    </div>
  );
}

interface Wish {
  from: number;
  to: number;
  wanted: (text: string) => boolean;
  nothing: string;
}

/** Looks through what the page does not hold; one search at a time, which can be stopped. */
function useScan(address: LogAddress, onFound: (line: LogLine) => void) {
  const [done, setDone] = useState<number | null>(null);
  const [message, setMessage] = useState("");
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = ({ nothing, ...wish }: Wish) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setMessage("");
    setError(null);
    setDone(0);
    scanLog({ address, ...wish, progress: setDone, signal: abort.signal })
      .then((line) => {
        if (abort.signal.aborted) return;
        if (line) onFound(line);
        else setMessage(nothing);
      })
      .catch((caught: unknown) => {
        if (!abort.signal.aborted) setError(caught);
      })
      .finally(() => {
        if (running.current === abort) setDone(null);
      });
  };
  const stop = () => {
    running.current?.abort();
    setDone(null);
  };
  return { done, message, error, start, stop };
}
