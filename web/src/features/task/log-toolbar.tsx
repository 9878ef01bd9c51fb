import { type ReactNode, useEffect, useState } from "react";
import { downloadLog, type LogAddress } from "@/api/log-stream";
import { Select } from "@/components/controls";
import { ActionError } from "@/components/feedback";
import { log as en } from "@/i18n/en/log";
import { useText } from "@/i18n/text";
import { setLogOptions, useLogOptions } from "@/lib/log-options";
import { LEVEL_FILTERS, type LevelFilter } from "@/lib/search-run";
import type { LogSearch } from "./log-view";

export function LogToolbar({
  state,
  lines,
  address,
  search,
  onSearch,
  isBad,
  hits,
  at,
  onHit,
  onFirstError,
}: {
  state: ReactNode;
  lines: number;
  address: LogAddress;
  search: LogSearch;
  onSearch: (next: LogSearch) => void;
  /** The search is no regular expression. */
  isBad: boolean;
  hits: readonly number[];
  /** The line that one is at, as an index; -1: none. */
  at: number;
  onHit: (index: number) => void;
  onFirstError: () => void;
}) {
  const t = useText("log", en);
  const options = useLogOptions();
  const [problem, setProblem] = useState<unknown>(null);
  const step = (direction: 1 | -1) => {
    if (hits.length === 0) return;
    const next =
      direction > 0 ? hits.find((hit) => hit > at) : hits.findLast((hit) => at < 0 || hit < at);
    onHit(next ?? (direction > 0 ? hits[0] : hits.at(-1)) ?? 0);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {state}
        <span className="text-muted">{t("lines", { count: lines })}</span>
        <span className="flex-1" />
        <SearchField
          value={search.q ?? ""}
          isBad={isBad}
          onChange={(q) =>
            onSearch({ ...search, q: q || undefined, only: q ? search.only : undefined })
          }
          onStep={step}
        />
        {search.q ? (
          <Hits hits={hits} at={at} isBad={isBad} onStep={step}>
            <Check
              label={t("only")}
              checked={search.only === "1"}
              onChange={(on) => onSearch({ ...search, only: on ? "1" : undefined })}
            />
          </Hits>
        ) : null}
        <Select
          label={t("level")}
          value={search.level ?? ""}
          options={[["", t("allLevels")], ...LEVEL_FILTERS.map((name) => [name, t(name)] as const)]}
          onChange={(value) =>
            onSearch({ ...search, level: (value || undefined) as LevelFilter | undefined })
          }
        />
        <button type="button" className="button" onClick={onFirstError}>
          {t("firstError")}
        </button>
        <Check
          label={t("times")}
          checked={options.times}
          onChange={(times) => setLogOptions({ ...options, times })}
        />
        <Check
          label={t("wrap")}
          checked={options.wrap}
          onChange={(wrap) => setLogOptions({ ...options, wrap })}
        />
        <button
          type="button"
          className="button"
          onClick={() => {
            setProblem(null);
            downloadLog(address).catch(setProblem);
          }}
        >
          {t("download")}
        </button>
      </div>
      <ActionError error={problem} />
    </>
  );
}

/** The URL follows when one pauses: each letter would be a step of the history else. */
function SearchField({
  value,
  isBad,
  onChange,
  onStep,
}: {
  value: string;
  isBad: boolean;
  onChange: (value: string) => void;
  onStep: (direction: 1 | -1) => void;
}) {
  const t = useText("log", en);
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), 200);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <input
      type="search"
      className="field w-48"
      aria-label={t("search")}
      aria-invalid={isBad}
      placeholder={t("search")}
      title={t("searchHint")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        if (typed === value) onStep(event.shiftKey ? -1 : 1);
        else onChange(typed);
      }}
    />
  );
}

function Hits({
  hits,
  at,
  isBad,
  onStep,
  children,
}: {
  hits: readonly number[];
  at: number;
  isBad: boolean;
  onStep: (direction: 1 | -1) => void;
  children: ReactNode;
}) {
  const t = useText("log", en);
  const place = hits.indexOf(at) + 1;
  return (
    <>
      <span role="status" className={isBad ? "text-bad" : "text-muted"}>
        {isBad
          ? t("badSearch")
          : hits.length > 0
            ? t("hits", { at: place || "–", count: hits.length })
            : t("noHits")}
      </span>
      <button
        type="button"
        className="button"
        aria-label={t("previous")}
        onClick={() => onStep(-1)}
      >
        ↑
      </button>
      <button type="button" className="button" aria-label={t("next")} onClick={() => onStep(1)}>
        ↓
      </button>
      {children}
    </>
  );
}

function Check({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex items-center gap-1.5 whitespace-nowrap">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
