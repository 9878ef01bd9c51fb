import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { LIST_SIZE, runningQuery, workerListQuery } from "@/api/admin";
import { useMay } from "@/api/rights";
import { versionQuery } from "@/api/system-queries";
import type { Worker } from "@/api/types";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { workers as en } from "@/i18n/en/workers";
import { type Text, useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import { byHost } from "@/lib/by-host";
import { inviteCommand } from "@/lib/invite";
import { Action } from "../admin/action";
import { Cli } from "../admin/cli";
import { Instances } from "../admin/instances";
import { ListHead, Paging, Sorted } from "../admin/list";
import { DrainAction } from "./drain-action";
import { InviteDialog } from "./invite-dialog";

const route = getRouteApi("/signed-in/workers");

export function WorkersPage() {
  const t = useText("workers", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const workers = useQuery(workerListQuery(search));
  const mayInvite = useMay("admin");
  const [inviting, setInviting] = useState(false);
  const sort = (next: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, sort: next }) });
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Action needs={mayInvite ? undefined : "admin"} onClick={() => setInviting(true)}>
            {t("invite")}
          </Action>
        }
      />
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
      <Show query={workers} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.workers.length === 0 ? (
                <p className="p-4">{t("empty")}</p>
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="name" sort={search.sort} onSort={sort}>
                        {t("worker")}
                      </Sorted>
                      <Sorted column="state" sort={search.sort} onSort={sort}>
                        {t("state")}
                      </Sorted>
                      <Sorted column="slots" sort={search.sort} onSort={sort}>
                        {t("slots")}
                      </Sorted>
                      <th scope="col" className="max-sm:hidden">
                        {t("queues")}
                      </th>
                      <th scope="col" className="max-md:hidden">
                        {t("host")}
                      </th>
                      <th scope="col" className="max-md:hidden">
                        {t("version")}
                      </th>
                      <Sorted
                        column="last_seen"
                        sort={search.sort}
                        onSort={sort}
                        className="max-sm:hidden"
                      >
                        {t("since")}
                      </Sorted>
                      <th scope="col">
                        <span className="sr-only">{t("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.workers.map((worker) => (
                      <Row key={worker.name} worker={worker} all={data.workers} t={t} />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={search.page ?? 1}
              size={LIST_SIZE}
              total={data.total_entries}
              what={t("count", { count: data.total_entries })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
            <Running t={t} />
            <HowTo open={data.workers.length === 0} t={t} />
          </>
        )}
      </Show>
    </>
  );
}

type Words = Text<typeof en>;
const DOT: Readonly<Record<Worker["state"], string>> = {
  online: "state-success",
  draining: "state-up_for_retry",
  unreachable: "state-upstream_failed",
  lost: "state-failed",
  gone: "state-none",
};

function Row({ worker, all, t }: { worker: Worker; all: readonly Worker[]; t: Words }) {
  const server = useQuery(versionQuery()).data?.version;
  const differs = server !== undefined && server !== worker.version;
  return (
    <tr>
      <th scope="row" className="break-all !whitespace-normal !text-ink">
        {worker.name}
      </th>
      <td title={t(worker.is_drained ? "drainedText" : `${worker.state}Text`)}>
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <span
            aria-hidden="true"
            className={`state-fill inline-block size-2.5 shrink-0 rounded-full ${DOT[worker.state]}`}
          />
          {t(worker.state)}
        </span>
      </td>
      <td>
        <div className="flex items-center gap-2">
          <span
            aria-hidden="true"
            className="flex h-3 w-20 overflow-hidden rounded border border-line bg-raised max-sm:hidden"
          >
            <span
              className="state-fill state-running h-full"
              style={{ width: `${Math.min(100, (100 * worker.occupied_slots) / worker.slots)}%` }}
            />
          </span>
          <span className="whitespace-nowrap">
            {t("slotsOf", { used: worker.occupied_slots, slots: worker.slots })}
          </span>
        </div>
      </td>
      <td className="max-sm:hidden">{worker.queues.join(", ")}</td>
      <td className="break-all max-md:hidden">{worker.host}</td>
      <td className="max-md:hidden">
        {worker.version}
        {differs ? (
          <span className="ml-1 text-bad" title={t("otherVersion", { version: server })}>
            ≠<span className="sr-only">{t("otherVersion", { version: server })}</span>
          </span>
        ) : null}
      </td>
      <td className="max-sm:hidden">
        <Instant at={worker.last_seen} relative />
      </td>
      <td>
        <DrainAction worker={worker} all={all} />
      </td>
    </tr>
  );
}

function Running({ t }: { t: Words }) {
  const running = useQuery(runningQuery());
  return (
    <section aria-label={t("runs")} className="mt-3">
      <h2 className="mb-1 font-semibold">{t("runs")}</h2>
      <Show query={running} what={t("runs")}>
        {(data) =>
          data.task_instances.length === 0 ? (
            <p className="panel p-4 text-muted">{t("runsNone")}</p>
          ) : (
            <>
              {byHost(data.task_instances).map(({ host, instances }) => (
                <div key={host ?? ""} className="panel mb-2 overflow-x-auto">
                  <h3 className="px-3 pt-2 font-semibold break-all">
                    {host ? t("onWorker", { name: host }) : t("notHanded")}
                  </h3>
                  <Instances instances={instances} />
                </div>
              ))}
              {data.task_instances.length < data.total_entries ? (
                <p className="text-muted">
                  {t("runsMore", {
                    shown: data.task_instances.length,
                    total: data.total_entries,
                  })}
                </p>
              ) : null}
            </>
          )
        }
      </Show>
    </section>
  );
}

function HowTo({ open, t }: { open: boolean; t: Words }) {
  const server = window.location.origin + basePath;
  return (
    <details open={open} className="panel mt-3 p-3">
      <summary className="font-semibold">{t("add")}</summary>
      <p className="my-2">{t("addText")}</p>
      <Cli
        lines={`${inviteCommand("NAME", null)} > join-token\nweft worker --server ${server} --token-file join-token --name NAME`}
      />
      <h3 className="mt-3 font-semibold">{t("drain")}</h3>
      <p className="my-1">{t("drainText")}</p>
      <Cli lines={"weft workers drain NAME --wait\nkill -TERM PID-OF-THE-WORKER"} />
    </details>
  );
}
