import { type ReactNode, useEffect, useRef, useState } from "react";
import { admin as en } from "@/i18n/en/admin";
import { useText } from "@/i18n/text";
import { Cli } from "./cli";

/** The top of a list: its name, its search, what can be done. */
export function ListHead({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <title>{`${title} · Weft`}</title>
      <h1 className="mr-2 text-lg font-semibold">{title}</h1>
      {children}
      <span className="flex-1" />
      {actions}
    </div>
  );
}

/** Types at the speed of the hand, asks at the speed of the server; "/" goes to it. */
export function ListSearch({
  label,
  value,
  hotkey = false,
  onChange,
}: {
  label: string;
  value: string;
  hotkey?: boolean;
  onChange: (value: string | undefined) => void;
}) {
  const t = useText("admin", en);
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const send = useRef(onChange);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    send.current = onChange;
  });
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      send.current(typed || undefined);
    }, 200);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    if (!hotkey) return;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, textarea, select, dialog")) return;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [hotkey]);
  return (
    <input
      ref={input}
      type="search"
      className={`field max-w-full ${hotkey ? "w-64" : "w-40"}`}
      aria-label={label}
      placeholder={hotkey ? t("searchHint") : label}
      maxLength={250}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

/** How many there are, and the way through them. */
export function Paging({
  page,
  size,
  total,
  what,
  onPage,
}: {
  page: number;
  size: number;
  total: number;
  what: string;
  onPage: (page: number) => void;
}) {
  const t = useText("admin", en);
  const last = Math.max(1, Math.ceil(total / size));
  return (
    <nav aria-label={t("pages")} className="flex flex-wrap items-center gap-2 px-1 py-2 text-muted">
      <span>{what}</span>
      {last > 1 ? (
        <>
          <button
            type="button"
            className="button"
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          >
            {t("previous")}
          </button>
          <span>{t("pageOf", { page, last })}</span>
          <button
            type="button"
            className="button"
            disabled={page >= last}
            onClick={() => onPage(page + 1)}
          >
            {t("next")}
          </button>
        </>
      ) : null}
    </nav>
  );
}

/** A column's head that sorts: up, down, as it was. */
export function Sorted({
  column,
  sort,
  onSort,
  className = "",
  children,
}: {
  column: string;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  className?: string;
  children: string;
}) {
  const t = useText("admin", en);
  const up = sort === column;
  const down = sort === `-${column}`;
  return (
    <th
      scope="col"
      className={className}
      aria-sort={up ? "ascending" : down ? "descending" : "none"}
    >
      <button
        type="button"
        className="font-semibold hover:text-ink"
        title={t("sortBy", { column: children })}
        onClick={() => onSort(up ? `-${column}` : down ? undefined : column)}
      >
        {children}
        <span aria-hidden="true" className="ml-1">
          {up ? "↑" : down ? "↓" : ""}
        </span>
      </button>
    </th>
  );
}

/** Nothing here: why, and the next step, with its command. */
export function NothingYet({
  text,
  cli,
  children,
}: {
  text: string;
  cli?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-2 p-4">
      <p>{text}</p>
      {children}
      {cli ? <Cli lines={cli} /> : null}
    </div>
  );
}

/** Filters that nothing passes: the way back. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  const t = useText("admin", en);
  return (
    <div className="flex items-center gap-3 p-4">
      <p className="text-muted">{t("noMatch")}</p>
      <button type="button" className="button" onClick={onClear}>
        {t("clearFilters")}
      </button>
    </div>
  );
}
