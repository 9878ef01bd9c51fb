import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dagWarningsQuery } from "@/api/dag-queries";
import { dagQuery } from "@/api/queries";
import type { DagDetails as Details } from "@/api/types";
import { Code } from "@/components/controls";
import { CopyCurl } from "@/components/copy-curl";
import { Show } from "@/components/feedback";
import { Scroller } from "@/components/scroller";
import { Instant } from "@/components/time";
import { dag as en } from "@/i18n/en/dag";
import { useText } from "@/i18n/text";

const route = getRouteApi("/signed-in/dags/$dagId/details");

export function DagDetails() {
  const { dagId } = route.useParams();
  const dag = useQuery(dagQuery(dagId));
  const t = useText("dag", en);
  return (
    <Show query={dag} what={t("tabDetails")}>
      {(data) => (
        <div className="flex flex-col gap-3">
          <Warnings dagId={dagId} />
          <div className="grid gap-3 lg:grid-cols-2">
            <What dag={data} />
            <Limits dag={data} />
          </div>
          {data.doc_md ? (
            <section className="panel p-3" aria-label={t("documentation")}>
              <h2 className="mb-1 font-semibold">{t("documentation")}</h2>
              <p className="max-w-prose break-words whitespace-pre-wrap">{data.doc_md}</p>
            </section>
          ) : null}
          {Object.keys(data.params ?? {}).length > 0 ? (
            <div>
              <h2 className="mb-1 font-semibold">{t("params")}</h2>
              <Code label={t("params")} text={JSON.stringify(data.params, null, 2)} />
            </div>
          ) : null}
          <CopyCurl
            call={{ method: "GET", path: `/api/v2/dags/${encodeURIComponent(dagId)}/details` }}
          />
        </div>
      )}
    </Show>
  );
}

function Warnings({ dagId }: { dagId: string }) {
  const t = useText("dag", en);
  const found = useQuery(dagWarningsQuery(dagId)).data?.dag_warnings ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-label={t("warnings")} className="rounded-md border border-line bg-warn-panel p-3">
      <h2 className="font-semibold">{t("warnings")}</h2>
      <ul>
        {found.map((warning) => (
          <li key={`${warning.warning_type} ${warning.message}`} className="break-words">
            {warning.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

function What({ dag }: { dag: Details }) {
  const t = useText("dag", en);
  return (
    <Table
      title={t("what")}
      rows={[
        ["DAG", <code key="i">{dag.dag_id}</code>],
        [t("name"), dag.dag_display_name],
        [t("owner"), dag.owners.join(", ")],
        [t("tags"), dag.tags.map((tag) => tag.name).join(", ")],
        [t("schedule"), dag.timetable_summary ?? t("noSchedule")],
        [t("timeZone"), dag.timezone],
        [t("startDate"), dag.start_date ? <Instant key="s" at={dag.start_date} /> : null],
        [t("endDate"), dag.end_date ? <Instant key="e" at={dag.end_date} /> : null],
        [t("file"), <code key="f">{dag.relative_fileloc ?? dag.fileloc}</code>],
        [t("lastParsed"), <Instant key="p" at={dag.last_parsed_time} />],
        [t("version"), dag.latest_dag_version?.version_number],
      ]}
    />
  );
}

function Limits({ dag }: { dag: Details }) {
  const t = useText("dag", en);
  const yes = (value: boolean | null) => (value === null ? null : t(value ? "yes" : "no"));
  return (
    <Table
      title={t("limits")}
      rows={[
        [t("maxActiveRuns"), dag.max_active_runs],
        [t("activeTasks"), dag.max_active_tasks],
        [t("runTimeout"), dag.dag_run_timeout ?? t("noSchedule")],
        [t("maxFailed"), dag.max_consecutive_failed_dag_runs || t("never")],
        [t("catchup"), yes(dag.catchup)],
        [t("pausedOnCreation"), yes(dag.is_paused_upon_creation)],
        [t("paused"), yes(dag.is_paused)],
      ]}
    />
  );
}

function Table({
  title,
  rows,
}: {
  title: string;
  rows: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <Scroller label={title} className="panel overflow-x-auto">
      <table className="grid-table">
        <caption className="px-2.5 py-2 text-left font-semibold">{title}</caption>
        <tbody>
          {rows.map(([name, value]) =>
            value === null || value === undefined || value === "" ? null : (
              <tr key={name}>
                <th scope="row" className="w-1/3">
                  {name}
                </th>
                <td className="wrap-anywhere">{value}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Scroller>
  );
}
