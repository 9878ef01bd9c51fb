import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { type Trigger, useTrigger } from "@/api/actions";
import { dagQuery } from "@/api/queries";
import { Dialog } from "@/components/dialog";
import { ActionError, Loading } from "@/components/feedback";
import { defaultConf, type ParamRow, paramRows, parseConf, parseInstant } from "@/lib/params";
import { randomId } from "@/lib/random";

export function TriggerDialog({ dagId, onClose }: { dagId: string; onClose: () => void }) {
  const dag = useQuery(dagQuery(dagId));
  return (
    <Dialog title={`Trigger ${dagId}`} onClose={onClose}>
      {dag.data ? (
        <TriggerForm
          dagId={dagId}
          paused={dag.data.is_paused}
          rows={paramRows(dag.data.params)}
          onClose={onClose}
        />
      ) : dag.isPending ? (
        <Loading what="the DAG's params" />
      ) : (
        <ActionError error={dag.error} />
      )}
    </Dialog>
  );
}

function TriggerForm({
  dagId,
  paused,
  rows,
  onClose,
}: {
  dagId: string;
  paused: boolean;
  rows: readonly ParamRow[];
  onClose: () => void;
}) {
  const id = useId();
  const navigate = useNavigate();
  const trigger = useTrigger();
  const [conf, setConf] = useState(() => defaultConf(rows));
  const [date, setDate] = useState("");
  const [runId, setRunId] = useState("");
  const [unpause, setUnpause] = useState(paused);
  const [key, setKey] = useState(randomId);
  const parsed = parseConf(conf);
  const logicalDate = parseInstant(date);
  const confError = "error" in parsed ? parsed.error : null;

  const submit = () => {
    if ("error" in parsed || logicalDate === undefined) return;
    const body: Trigger["body"] = { conf: parsed.conf };
    if (logicalDate) body.logical_date = logicalDate;
    if (runId.trim()) body.dag_run_id = runId.trim();
    trigger.mutate(
      { dagId, body, unpause: paused && unpause, idempotencyKey: key },
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
  // A changed form is another request; only the same one may be sent twice without effect.
  const edit = (set: (value: string) => void) => (value: string) => {
    setKey(randomId());
    set(value);
  };

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {rows.length > 0 ? <ParamHelp rows={rows} /> : null}
      <div className="flex flex-col gap-1">
        <label htmlFor={`${id}-conf`} className="font-semibold">
          Params (JSON)
        </label>
        <textarea
          id={`${id}-conf`}
          className="field min-h-28 font-mono text-xs"
          spellCheck={false}
          value={conf}
          aria-invalid={confError !== null}
          aria-describedby={`${id}-conf-error`}
          onChange={(event) => edit(setConf)(event.target.value)}
        />
        <p id={`${id}-conf-error`} className="text-bad">
          {confError}
        </p>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <label className="flex flex-col gap-1">
          Logical date (UTC, optional)
          <input
            className="field"
            placeholder="2026-01-31 05:30"
            value={date}
            aria-invalid={logicalDate === undefined}
            onChange={(event) => edit(setDate)(event.target.value)}
          />
        </label>
        <label className="flex flex-col gap-1">
          Run ID (optional)
          <input
            className="field"
            maxLength={250}
            value={runId}
            onChange={(event) => edit(setRunId)(event.target.value)}
          />
        </label>
      </div>
      {logicalDate === undefined ? <p className="text-bad">This is not a date.</p> : null}
      {paused ? (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={unpause}
            onChange={(event) => setUnpause(event.target.checked)}
          />
          Unpause {dagId} on trigger: it is paused, and its runs wait
        </label>
      ) : null}
      <ActionError error={trigger.error} />
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        <button
          type="submit"
          className="button button-primary"
          disabled={trigger.isPending || confError !== null || logicalDate === undefined}
        >
          {trigger.isPending ? "Triggering …" : "Trigger"}
        </button>
      </div>
    </form>
  );
}

function ParamHelp({ rows }: { rows: readonly ParamRow[] }) {
  return (
    <ul className="text-muted">
      {rows.map((row) => (
        <li key={row.name} className="break-words">
          <code className="font-mono text-ink">{row.name}</code>
          {row.type ? ` ${row.type}` : ""}
          {row.required ? " (no default)" : ""}
          {row.description ? `: ${row.description}` : ""}
        </li>
      ))}
    </ul>
  );
}
