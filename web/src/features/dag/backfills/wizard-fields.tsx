import { type ReactNode, useId } from "react";
import { backfills as en } from "@/i18n/en/backfills";
import { useText } from "@/i18n/text";
import { type BackfillForm, type Reprocess, withTimes } from "@/lib/dag/backfill";

const REPROCESS = [
  ["none", "reprocessNone"],
  ["failed", "reprocessFailed"],
  ["completed", "reprocessCompleted"],
] as const satisfies readonly (readonly [Reprocess, keyof typeof en])[];

export function WizardFields({
  form,
  zone,
  byTime,
  onByTime,
  onChange,
}: {
  form: BackfillForm;
  /** In which the dates are meant, by its name. */
  zone: string;
  /** Dates have a time, too. */
  byTime: boolean;
  onByTime: (on: boolean) => void;
  onChange: (change: Partial<BackfillForm>) => void;
}) {
  const t = useText("backfills", en);
  const type = byTime ? "datetime-local" : "date";
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t("from", { zone })}>
          {(id) => (
            <input
              id={id}
              type={type}
              required
              className="field"
              value={form.from}
              onChange={(event) => onChange({ from: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("to", { zone })}>
          {(id) => (
            <input
              id={id}
              type={type}
              required
              className="field"
              value={form.to}
              onChange={(event) => onChange({ to: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        <p className="text-muted">{t(byTime ? "timesOf" : "daysOf", { zone })}</p>
        <Check
          label={t("byTime")}
          checked={byTime}
          onChange={(on) => {
            onByTime(on);
            onChange(withTimes(form, on));
          }}
        />
      </div>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1">{t("reprocess")}</legend>
        {REPROCESS.map(([value, key]) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="radio"
              name="reprocess"
              checked={form.reprocess === value}
              onChange={() => onChange({ reprocess: value })}
            />
            {t(key)}
          </label>
        ))}
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t("maxActiveRuns")}>
          {(id) => (
            <input
              id={id}
              type="number"
              min={1}
              className="field"
              value={form.maxActiveRuns}
              onChange={(event) => onChange({ maxActiveRuns: event.target.value })}
            />
          )}
        </Field>
        <div className="flex flex-col justify-end gap-1">
          <Check
            label={t("backwards")}
            checked={form.backwards}
            onChange={(backwards) => onChange({ backwards })}
          />
          <Check
            label={t("latestVersion")}
            title={t("latestVersionHint")}
            checked={form.latestVersion}
            onChange={(latestVersion) => onChange({ latestVersion })}
          />
        </div>
      </div>
      <Field label={t("tasks")} hint={t("tasksHint")}>
        {(id, hint) => (
          <input
            id={id}
            aria-describedby={hint}
            className="field"
            value={form.tasks}
            onChange={(event) => onChange({ tasks: event.target.value })}
          />
        )}
      </Field>
      {form.tasks.trim() ? (
        <Check
          label={t("withDownstream")}
          checked={form.downstream}
          onChange={(downstream) => onChange({ downstream })}
        />
      ) : null}
      <Field label={t("conf")} hint={t("confHint")}>
        {(id, hint) => (
          <textarea
            id={id}
            aria-describedby={hint}
            rows={3}
            spellCheck={false}
            className="field font-mono"
            value={form.conf}
            onChange={(event) => onChange({ conf: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: (id: string, hintId: string | undefined) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{label}</label>
      {children(id, hint ? `${id}-hint` : undefined)}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function Check({
  label,
  title,
  checked,
  onChange,
}: {
  label: string;
  title?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex items-center gap-2" title={title}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
