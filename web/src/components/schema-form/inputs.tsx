import { useState } from "react";
import { form as en } from "@/i18n/en/form";
import { useText } from "@/i18n/text";
import { equal } from "@/lib/schema-check";
import { numberOf } from "@/lib/schema-form";
import type { InputProps } from "./field";

/** Attributes that every input has. */
const common = ({ id, isWrong, describedBy }: InputProps) => ({
  id,
  "aria-invalid": isWrong,
  "aria-describedby": describedBy,
});

const shownText = (value: unknown): string =>
  value === undefined || value === null
    ? ""
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

export function TextInput(props: InputProps) {
  const { id, field, value, onChange } = props;
  const shown = shownText(value);
  if (field.kind === "multiline")
    return (
      <textarea
        {...common(props)}
        className="field min-h-24 font-mono text-xs"
        spellCheck={false}
        value={shown}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <>
      <input
        {...common(props)}
        className="field"
        type={field.kind === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(shown) ? "date" : "text"}
        list={field.suggestions.length > 0 ? `${id}-list` : undefined}
        value={shown}
        onChange={(event) => onChange(event.target.value)}
      />
      {field.suggestions.length > 0 ? (
        <datalist id={`${id}-list`}>
          {field.suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
    </>
  );
}

/** Keeps what is typed as long as it means the value: "1." on the way to "1.5". */
export function NumberInput(props: InputProps) {
  const { value, onChange, field } = props;
  const [typed, setTyped] = useState(() => shownText(value));
  const shown = equal(numberOf(typed), value) ? typed : shownText(value);
  return (
    <input
      {...common(props)}
      className="field w-40"
      inputMode={field.kind === "integer" ? "numeric" : "decimal"}
      value={shown}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(numberOf(event.target.value));
      }}
    />
  );
}

/** A box has no third place for "not given". */
export const isTickBox = (value: unknown, isRequired: boolean) =>
  value !== undefined || !isRequired;

export function BooleanInput({ isRequired, ...props }: InputProps & { isRequired: boolean }) {
  const t = useText("form", en);
  const { value, onChange } = props;
  if (isTickBox(value, isRequired))
    return (
      <input
        {...common(props)}
        type="checkbox"
        className="size-4 shrink-0"
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  return (
    <select
      {...common(props)}
      className="field self-start"
      value=""
      onChange={(event) => onChange(event.target.value === "true")}
    >
      <option value="">{t("choose")}</option>
      <option value="true">{t("true")}</option>
      <option value="false">{t("false")}</option>
    </select>
  );
}

export function ChoiceInput(props: InputProps) {
  const t = useText("form", en);
  const { field, value, onChange } = props;
  const chosen = field.choices.findIndex((one) => equal(one.value, value));
  return (
    <select
      {...common(props)}
      className="field self-start"
      value={String(chosen)}
      onChange={(event) => onChange(field.choices[Number(event.target.value)]?.value)}
    >
      {chosen < 0 ? (
        <option value="-1">{value === undefined ? t("choose") : shownText(value)}</option>
      ) : null}
      {field.choices.map((one, index) => (
        <option key={JSON.stringify(one.value)} value={index}>
          {one.label}
        </option>
      ))}
    </select>
  );
}

/** Several of a list of choices, none twice. */
export function ChoicesInput({ id, field, value, onChange }: InputProps) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  const offered: unknown[] = Array.isArray(field.items.enum) ? field.items.enum : [];
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1">
      {offered.map((one, index) => (
        <label key={JSON.stringify(one)} className="flex items-center gap-1.5">
          <input
            id={`${id}-${index}`}
            type="checkbox"
            checked={chosen.some((other) => equal(other, one))}
            onChange={(event) =>
              onChange(
                event.target.checked
                  ? offered.filter(
                      (other) => equal(other, one) || chosen.some((kept) => equal(kept, other)),
                    )
                  : chosen.filter((other) => !equal(other, one)),
              )
            }
          />
          {shownText(one)}
        </label>
      ))}
    </div>
  );
}

/** Chosen in UTC, whatever the zone of the page: that is what the value says. */
export function DateTimeInput(props: InputProps) {
  const t = useText("form", en);
  const { value, onChange } = props;
  const text = shownText(value);
  const time = Date.parse(text);
  if (text && Number.isNaN(time)) return <TextInput {...props} />;
  return (
    <span className="flex items-center gap-2">
      <input
        {...common(props)}
        type="datetime-local"
        step={1}
        className="field"
        value={text ? new Date(time).toISOString().slice(0, 19) : ""}
        onChange={({ target }) =>
          onChange(
            target.value
              ? `${target.value.length === 16 ? `${target.value}:00` : target.value.slice(0, 19)}Z`
              : "",
          )
        }
      />
      <span className="text-muted">{t("utc")}</span>
    </span>
  );
}

/** What has no input of its own is written as JSON. */
export function JsonInput(props: InputProps) {
  const t = useText("form", en);
  const { value, onChange } = props;
  const [typed, setTyped] = useState(() => jsonText(value));
  const parsed = parse(typed);
  const shown = parsed.ok && !equal(parsed.value, value) ? jsonText(value) : typed;
  return (
    <>
      <textarea
        {...common(props)}
        className="field min-h-16 font-mono text-xs"
        spellCheck={false}
        value={shown}
        onChange={(event) => {
          setTyped(event.target.value);
          const next = parse(event.target.value);
          if (next.ok) onChange(next.value);
        }}
      />
      {parsed.ok ? null : <p className="text-bad">{t("badJson", { reason: parsed.reason })}</p>}
    </>
  );
}

const jsonText = (value: unknown) => (value === undefined ? "" : JSON.stringify(value, null, 2));

type Parsed = { ok: true; value: unknown } | { ok: false; reason: string };

function parse(text: string): Parsed {
  if (!text.trim()) return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : "" };
  }
}
