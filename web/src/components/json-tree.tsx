import { useState } from "react";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { isObject } from "@/lib/schema-check";

/** A list this long is folded at first, and shown in steps of this many. */
const STEP = 100;
const OPEN_DEPTH = 2;

/** A JSON value whose lists and objects fold. All of it is text. */
export function JsonTree({
  value,
  name,
  depth = 0,
}: {
  value: unknown;
  name?: string;
  depth?: number;
}) {
  const t = useText("task", en);
  const entries: [string, unknown][] | null = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : isObject(value)
      ? Object.entries(value)
      : null;
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && (entries?.length ?? 0) <= STEP);
  const [shown, setShown] = useState(STEP);
  const label = name === undefined ? null : <span className="text-muted">{name}: </span>;
  if (entries === null || entries.length === 0)
    return (
      <div className="break-words whitespace-pre-wrap">
        {label}
        {JSON.stringify(value)}
      </div>
    );
  const count = entries.length;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        className="text-left"
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true" className="inline-block w-3 text-muted">
          {isOpen ? "▾" : "▸"}
        </span>
        {label}
        <span className="text-muted">
          {Array.isArray(value) ? `[${t("items", { count })}]` : `{${t("names", { count })}}`}
        </span>
      </button>
      {isOpen ? (
        <div className="border-l border-line pl-3">
          {entries.slice(0, shown).map(([key, item]) => (
            <JsonTree key={key} value={item} name={key} depth={depth + 1} />
          ))}
          {count > shown ? (
            <button type="button" className="link" onClick={() => setShown(shown + STEP * 10)}>
              {t("allOf", { count: count - shown })}
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
