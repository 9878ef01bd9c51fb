import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCreateBackfill, useDryRun } from "@/api/backfill-actions";
import { dagQuery } from "@/api/queries";
import type { DagDetails } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError, Show } from "@/components/feedback";
import { backfills as en } from "@/i18n/en/backfills";
import { useText } from "@/i18n/text";
import {
  type BackfillBody,
  type BackfillForm,
  bodyOf,
  EMPTY_FORM,
  type FormError,
  isWithinDay,
} from "@/lib/dag/backfill";
import { randomId } from "@/lib/random";
import { zoneName } from "@/lib/wall-time";
import { DryRunTable, runsOf } from "./dry-run-table";
import { WizardFields } from "./wizard-fields";

const ERRORS = {
  dates: "errorDates",
  order: "errorOrder",
  limit: "errorLimit",
  conf: "errorConf",
  confObject: "errorConfObject",
} as const satisfies Record<FormError, keyof typeof en>;

/** First what and how, then what it would do date by date, then it is made. */
export function BackfillWizard({ dagId, onClose }: { dagId: string; onClose: () => void }) {
  const t = useText("backfills", en);
  const dag = useQuery(dagQuery(dagId));
  // Which day is meant depends on the DAG's zone: no form without it.
  if (!dag.data)
    return (
      <Dialog title={t("newFor", { dag: dagId })} onClose={onClose}>
        <Show query={dag} what={t("itsZone")}>
          {() => null}
        </Show>
      </Dialog>
    );
  return <Wizard dag={dag.data} onClose={onClose} />;
}

function Wizard({ dag, onClose }: { dag: DagDetails; onClose: () => void }) {
  const t = useText("backfills", en);
  const dagId = dag.dag_id;
  const zone = dag.timezone ?? "UTC";
  const [byTime, setByTime] = useState(() => isWithinDay(dag));
  const [form, setForm] = useState<BackfillForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const [checked, setChecked] = useState<BackfillBody | null>(null);
  const dryRun = useDryRun();
  const body = bodyOf(dagId, form, zone);
  const error = typeof body === "string" ? body : null;
  const preview = () => {
    setTried(true);
    if (typeof body === "string") return;
    dryRun.mutate(body, { onSuccess: () => setChecked(body) });
  };
  return (
    <Dialog title={t("newFor", { dag: dagId })} wide={checked !== null} onClose={onClose}>
      {checked && dryRun.data ? (
        <Confirm
          body={checked}
          rows={dryRun.data.backfills}
          total={dryRun.data.total_entries}
          onBack={() => setChecked(null)}
          onClose={onClose}
        />
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            preview();
          }}
        >
          <WizardFields
            form={form}
            zone={zoneName(zone)}
            byTime={byTime}
            onByTime={setByTime}
            onChange={(change) => setForm({ ...form, ...change })}
          />
          <p role="alert" className="text-bad">
            {tried && error ? t(ERRORS[error]) : ""}
          </p>
          <ActionError error={dryRun.error} />
          <div className="flex flex-wrap justify-end gap-2">
            {typeof body === "string" ? null : (
              <CopyCurl call={{ method: "POST", path: "/api/v2/backfills/dry_run", body }} />
            )}
            <button type="button" className="button" onClick={onClose}>
              {t("close")}
            </button>
            <button type="submit" className="button button-primary" disabled={dryRun.isPending}>
              {t(dryRun.isPending ? "dryRunning" : "dryRun")}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Confirm({
  body,
  rows,
  total,
  onBack,
  onClose,
}: {
  body: BackfillBody;
  rows: Parameters<typeof DryRunTable>[0]["rows"];
  total: number;
  onBack: () => void;
  onClose: () => void;
}) {
  const t = useText("backfills", en);
  const create = useCreateBackfill();
  // The same for every attempt, so that a lost answer starts no second backfill.
  const [key] = useState(randomId);
  const runs = runsOf(rows);
  // Beyond the rows that the preview has, each date may run.
  const count = runs + (total - rows.length);
  return (
    <div className="flex flex-col gap-3">
      <DryRunTable rows={rows} total={total} />
      {count === 0 ? <p className="text-bad">{t("noneTouched")}</p> : null}
      <ActionError error={create.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <CopyCurl call={{ method: "POST", path: "/api/v2/backfills", body }} />
        <button type="button" className="button" onClick={onBack}>
          {t("back")}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={create.isPending || count === 0}
          onClick={() => create.mutate({ body, key }, { onSuccess: onClose })}
        >
          {create.isPending ? t("creating") : t("create", { count })}
        </button>
      </div>
    </div>
  );
}
