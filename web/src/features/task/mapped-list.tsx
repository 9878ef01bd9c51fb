import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type InstanceKey, MAPPED_PAGE, mappedQuery } from "@/api/task-queries";
import { Select } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { run as runEn } from "@/i18n/en/run";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import type { StateFilter } from "@/lib/search-run";
import { stateLabel, TASK_STATES } from "@/lib/states";

/** The instances of a mapped task, a page at a time: there may be thousands. */
export function MappedList({
  instance,
  state,
  onState,
}: {
  instance: InstanceKey;
  state: StateFilter | undefined;
  onState: (state: StateFilter | undefined) => void;
}) {
  const t = useText("task", en);
  const run = useText("run", runEn);
  const [page, setPage] = useState(0);
  const found = useQuery({
    ...mappedQuery(instance, state, page),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Select
          label={t("state")}
          value={state ?? ""}
          options={[
            ["", run("allStates")],
            ...TASK_STATES.map((one) => [one, stateLabel(one)] as const),
            ["none", stateLabel(null)],
          ]}
          onChange={(value) => {
            setPage(0);
            onState((value || undefined) as StateFilter | undefined);
          }}
        />
        <span className="text-muted">
          {found.data ? t("mappedCount", { count: found.data.total_entries }) : null}
        </span>
        <button
          type="button"
          className="button"
          disabled={page === 0}
          onClick={() => setPage(page - 1)}
        >
          {t("previous")}
        </button>
        <button
          type="button"
          className="button"
          disabled={(page + 1) * MAPPED_PAGE >= (found.data?.total_entries ?? 0)}
          onClick={() => setPage(page + 1)}
        >
          {t("next")}
        </button>
      </div>
      <Show query={found} what={t("whatMapped")}>
        {(data) =>
          data.task_instances.length === 0 ? (
            <Empty>{state ? run("nonePass") : t("noMapped")}</Empty>
          ) : (
            <div className="panel overflow-x-auto">
              <table className="grid-table">
                <thead>
                  <tr>
                    <th scope="col">{t("mapIndex")}</th>
                    <th scope="col">{t("state")}</th>
                    <th scope="col">{t("try")}</th>
                    <th scope="col">{t("start")}</th>
                    <th scope="col">{t("duration")}</th>
                    <th scope="col">{t("error")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.task_instances.map((item) => (
                    <tr key={item.id}>
                      <td>
                        <Link
                          to="/dags/$dagId/runs/$runId/tasks/$taskId"
                          params={{
                            dagId: instance.dagId,
                            runId: instance.runId,
                            taskId: instance.taskId,
                          }}
                          search={{ map: item.map_index }}
                          className="link font-semibold"
                        >
                          [{item.map_index}] {item.rendered_map_index}
                        </Link>
                      </td>
                      <td>
                        <StateBadge state={item.state} />
                      </td>
                      <td>
                        {item.try_number > 0
                          ? t("tryOf", { try: item.try_number, all: item.max_tries + 1 })
                          : "–"}
                      </td>
                      <td>
                        <Instant at={item.start_date} />
                      </td>
                      <td>
                        <Elapsed item={item} />
                      </td>
                      <td className="break-words">{item.reason}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Show>
    </div>
  );
}
