import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { firstMinuteQuery } from "@/api/first-minute";
import type { DagRun } from "@/api/types";
import { StateBadge } from "@/components/state";
import { checklist as en } from "@/i18n/en/checklist";
import { type Text, useText } from "@/i18n/text";
import {
  dismiss,
  firstMinute,
  GREEN,
  RED,
  STEPS,
  type Step,
  stepsDone,
  WAITING,
} from "@/lib/first-minute";
import { useStore } from "@/lib/store";
import { Cli } from "../admin/cli";

type Words = Text<typeof en>;

/**
 * What to try first, on a server that has the examples and little else; nothing elsewhere, and
 * nothing once it is dismissed.
 */
export function FirstMinute() {
  const { dismissed } = useStore(firstMinute);
  return dismissed ? null : <Checklist />;
}

function Checklist() {
  const t = useText("checklist", en);
  const { logRead } = useStore(firstMinute);
  const data = useQuery(firstMinuteQuery()).data;
  if (!data) return null;
  const done = stepsDone({ ...data, logRead });
  const count = STEPS.filter((step) => done[step]).length;
  const next = STEPS.find((step) => !done[step]);
  const file = data.dags.find(({ dag_id }) => dag_id === GREEN)?.fileloc ?? "";
  const how: Readonly<Record<Step, ReactNode>> = {
    log: (
      <>
        <p>{t("logText")}</p>
        <RunLink run={data.red} words={t("toRun")} />
        <Cli lines={`weft logs ${RED} ${data.red?.dag_run_id ?? "RUN"} check_stock`} />
      </>
    ),
    retry: (
      <>
        <p>{t("retryText")}</p>
        <DagLink dagId={RED} words={t("toDag")} />
        <Cli lines={`weft runs trigger ${RED} --conf '{"stock": 20}' --wait`} />
      </>
    ),
    edit: (
      <>
        <p>{t("editText")}</p>
        <p className="font-mono text-xs break-all">{file}</p>
        <Link to="/dags/$dagId/code" params={{ dagId: GREEN }} className="link">
          {t("toSource")}
        </Link>
        <Cli lines={`weft validate ${file}`} />
      </>
    ),
    schedule: (
      <>
        <p>{t("scheduleText")}</p>
        <DagLink dagId={GREEN} words={t("toDag")} />
        <Cli lines={`weft next ${file} -n 3`} />
      </>
    ),
  };
  return (
    <section aria-label={t("title")} className="panel mb-3 p-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-base font-semibold">{t("title")}</h2>
        <span className="text-muted">{t("progress", { count, total: STEPS.length })}</span>
        <span className="flex-1" />
        <button type="button" className="button" onClick={() => dismiss(true)}>
          {t("dismiss")}
        </button>
      </div>
      <p className="mt-1 text-muted">{t("text")}</p>
      <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1">
        <Example dagId={GREEN} run={data.green} words={t("green")} />
        <Example dagId={RED} run={data.red} words={t("red")} />
        {data.waiting ? <Example dagId={WAITING} run={data.waiting} words={t("waiting")} /> : null}
      </ul>
      <ol className="flex flex-col gap-1">
        {STEPS.map((step) => (
          <Item key={step} step={step} done={done[step]} next={step === next} t={t}>
            {how[step]}
          </Item>
        ))}
      </ol>
      {count === STEPS.length ? <p role="status">{t("allDone")}</p> : null}
    </section>
  );
}

/** Its name, ticked or not, and on demand how it goes. */
function Item({
  step,
  done,
  next,
  t,
  children,
}: {
  step: Step;
  done: boolean;
  /** The first one that is open shows how. */
  next: boolean;
  t: Words;
  children: ReactNode;
}) {
  return (
    <li>
      <details open={next}>
        <summary>
          <span
            aria-hidden="true"
            className={`mr-2 inline-block w-4 text-center font-bold ${done ? "text-accent" : "text-muted"}`}
          >
            {done ? "✓" : "○"}
          </span>
          <span className={done ? "text-muted line-through" : "font-semibold"}>{t(step)}</span>
          <span className="sr-only"> ({done ? t("done") : t("open")})</span>
        </summary>
        <div className="mt-1 mb-2 ml-6 max-w-2xl">{children}</div>
      </details>
    </li>
  );
}

function Example({ dagId, run, words }: { dagId: string; run: DagRun | undefined; words: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <StateBadge state={run?.state ?? null} />
      {run ? <RunLink run={run} words={dagId} /> : <DagLink dagId={dagId} words={dagId} />}
      <span className="text-muted">{words}</span>
    </li>
  );
}

function RunLink({ run, words }: { run: DagRun | undefined; words: string }) {
  if (!run) return null;
  return (
    <Link
      to="/dags/$dagId/runs/$runId"
      params={{ dagId: run.dag_id, runId: run.dag_run_id }}
      className="link"
    >
      {words}
    </Link>
  );
}

function DagLink({ dagId, words }: { dagId: string; words: string }) {
  return (
    <Link to="/dags/$dagId" params={{ dagId }} className="link">
      {words}
    </Link>
  );
}
