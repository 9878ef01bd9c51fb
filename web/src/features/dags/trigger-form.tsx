import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useMemo, useState } from "react";
import { type Trigger, useTrigger } from "@/api/actions";
import { dagWhyQuery } from "@/api/dag-queries";
import type { DagDetails } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { SchemaForm } from "@/components/schema-form/schema-form";
import { useJsonForm } from "@/components/schema-form/use-json-form";
import { trigger as en } from "@/i18n/en/trigger";
import { useText } from "@/i18n/text";
import { useZone } from "@/lib/clock";
import { parseInstant } from "@/lib/params";
import { randomId } from "@/lib/random";
import { earlierValues, paramsForm } from "@/lib/schema-form";
import { startsOf } from "@/lib/unpausing";
import { zoneName } from "@/lib/wall-time";
import { EarlierRuns } from "./earlier-runs";
import { UnpauseBox } from "./unpause-box";

/** What a run is to be given, as fields and as JSON, and how it is started. */
export function TriggerForm({
  dag,
  conf,
  onClose,
}: {
  dag: DagDetails;
  conf: object | undefined;
  onClose: () => void;
}) {
  const t = useText("trigger", en);
  const id = useId();
  const navigate = useNavigate();
  const trigger = useTrigger();
  const dagId = dag.dag_id;
  // What one is filling in does not change under one's hands when the DAG is read again.
  const [params] = useState(dag.params);
  const { schema, defaults } = useMemo(() => paramsForm(params), [params]);
  const [key, setKey] = useState(randomId);
  // A changed form is another request; only the same one may be sent twice without effect.
  const edited = () => setKey(randomId());
  const form = useJsonForm(
    schema,
    conf ? earlierValues(schema, defaults, conf) : defaults,
    trigger.error,
    edited,
  );
  const [extra, setExtra] = useState({ date: "", runId: "", note: "" });
  const [zone] = useZone();
  const why = useQuery({ ...dagWhyQuery(dagId), enabled: dag.is_paused });
  const starts = why.data && startsOf(why.data);
  // Ticked from the start only where no more comes of it than one expects.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const unpause = dag.is_paused && (chosen ?? (starts !== undefined && starts.runs <= 1));
  const isLooking = dag.is_paused && chosen === null && why.isPending;
  const logicalDate = parseInstant(extra.date, zone);
  const body: Trigger["body"] = { conf: form.value };
  if (logicalDate) body.logical_date = logicalDate;
  if (extra.runId.trim()) body.dag_run_id = extra.runId.trim();
  if (extra.note.trim()) body.note = extra.note.trim();

  const submit = () => {
    if (!form.tryIt() || logicalDate === undefined) {
      requestAnimationFrame(() =>
        document
          .getElementById(form.context.id)
          ?.querySelector<HTMLElement>('[aria-invalid="true"]')
          ?.focus(),
      );
      return;
    }
    trigger.mutate(
      { dagId, body, unpause, idempotencyKey: key },
      {
        onSuccess: (run) => {
          onClose();
          void navigate({
            to: "/dags/$dagId/runs/$runId",
            params: { dagId, runId: run.dag_run_id },
          });
        },
      },
    );
  };
  const more = (name: keyof typeof extra) => ({
    className: "field",
    value: extra[name],
    onChange: (event: { target: { value: string } }) => {
      edited();
      setExtra({ ...extra, [name]: event.target.value });
    },
  });
  const wrong = form.complaints.length;
  const hasParams = Object.keys(schema.properties ?? {}).length > 0;

  return (
    <form
      id={form.context.id}
      className="flex flex-col gap-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <EarlierRuns
        dagId={dagId}
        onChoose={(chosen) =>
          form.setValue(chosen ? earlierValues(schema, defaults, chosen) : defaults)
        }
      />
      <div className={hasParams ? "grid gap-4 md:grid-cols-[3fr_2fr]" : ""}>
        {hasParams ? (
          <SchemaForm schema={schema} context={form.context} />
        ) : (
          <p className="mb-2 text-muted">{t("noParams")}</p>
        )}
        <div className="flex min-w-0 flex-col gap-1 self-start md:sticky md:top-0">
          <label htmlFor={`${id}-conf`} className="font-semibold">
            {t("json")}
          </label>
          <textarea
            id={`${id}-conf`}
            className="field font-mono text-xs"
            rows={Math.min(28, Math.max(5, form.text.split("\n").length + 1))}
            spellCheck={false}
            value={form.text}
            aria-invalid={form.textError !== null}
            aria-describedby={`${id}-conf-error`}
            onChange={(event) => form.setText(event.target.value)}
          />
          <p id={`${id}-conf-error`} className="text-bad">
            {form.textError}
          </p>
        </div>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <label className="flex flex-col gap-1">
          {t("date", { zone: zoneName(zone) })}
          <input
            {...more("date")}
            placeholder="2026-01-31 05:30"
            aria-invalid={logicalDate === undefined}
          />
        </label>
        <label className="flex flex-col gap-1">
          {t("runId")}
          <input {...more("runId")} maxLength={250} />
        </label>
        <label className="flex flex-col gap-1">
          {t("note")}
          <input {...more("note")} maxLength={1000} />
        </label>
      </div>
      {logicalDate === undefined ? <p className="text-bad">{t("badDate")}</p> : null}
      {dag.is_paused ? (
        <UnpauseBox dagId={dagId} why={why} checked={unpause} onChange={setChosen} />
      ) : null}
      {/* What is about a field stands there, too. */}
      <ActionError error={trigger.error} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {form.context.isTried && wrong > 0 ? (
          <p role="status" className="text-bad">
            {t("wrongCount", { count: wrong })}
          </p>
        ) : null}
        <CopyCurl
          call={{
            method: "POST",
            path: `/api/v2/dags/${encodeURIComponent(dagId)}/dagRuns`,
            body,
          }}
        />
        <button type="button" className="button" onClick={onClose}>
          {t("close")}
        </button>
        <GuardedButton
          type="submit"
          needs="operator"
          over={{ dagId, tags: dag.tags.map(({ name }) => name) }}
          className="button-primary"
          disabled={
            trigger.isPending || isLooking || form.textError !== null || logicalDate === undefined
          }
        >
          {trigger.isPending ? t("sending") : t("submit")}
        </GuardedButton>
      </div>
    </form>
  );
}
