import type { ReactNode } from "react";
import { Scroller } from "@/components/scroller";
import { controls as en } from "@/i18n/en/controls";
import { useText } from "@/i18n/text";
import { plural } from "@/lib/format";

export function Switch({
  checked,
  label,
  title = label,
  disabled = false,
  onChange,
}: {
  checked: boolean;
  label: string;
  title?: string;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      title={title}
      // It keeps the focus while it cannot be used, and its reason is read out.
      aria-disabled={disabled || undefined}
      onClick={() => {
        if (!disabled) onChange(!checked);
      }}
      className={`relative inline-block h-4 w-7 shrink-0 rounded-full align-middle ${checked ? "bg-accent" : "bg-muted"}`}
    >
      <span
        aria-hidden="true"
        className={`absolute top-0.5 size-3 rounded-full bg-panel ${checked ? "left-3.5" : "left-0.5"}`}
      />
    </button>
  );
}

export function Pages({
  page,
  size,
  total,
  what,
  onPage,
}: {
  page: number;
  size: number;
  total: number;
  /** An English noun, or what says the number in the language of the page. */
  what: string | ((count: number) => string);
  onPage: (page: number) => void;
}) {
  const t = useText("controls", en);
  const last = Math.max(1, Math.ceil(total / size));
  return (
    <nav aria-label={t("pages")} className="flex items-center gap-2 px-1 py-2 text-muted">
      <span>{typeof what === "string" ? plural(total, what) : what(total)}</span>
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
          <span>{t("page", { page, last })}</span>
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

export function Select({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) {
  return (
    <select
      aria-label={label}
      className="field"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** Names and values side by side; a missing value is left out. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1">
      {facts.map(([name, value]) =>
        value === null || value === undefined || value === "" ? null : (
          <div key={name} className="flex min-w-0 gap-1.5">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

export function Code({ text, label }: { text: string; label: string }) {
  return (
    <Scroller label={label} className="panel max-h-[70vh] overflow-auto">
      <pre className="p-3 font-mono text-xs">{text}</pre>
    </Scroller>
  );
}
