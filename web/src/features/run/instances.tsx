import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunRowItem } from "@/api/run-queries";
import type { DagRun, TaskInstance } from "@/api/types";
import { Select } from "@/components/controls";
import { Empty } from "@/components/feedback";
import { SearchBox } from "@/components/search-box";
import { StateCounts } from "@/components/state";
import { run as en } from "@/i18n/en/run";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { type Box, groupsIn, passes, runRows, toggled, toggledSet } from "@/lib/run-rows";
import type { RunSearch, StateFilter } from "@/lib/search-run";
import { countStates, stateLabel } from "@/lib/states";
import { InstanceTable } from "./instance-table";

const route = getRouteApi("/signed-in/dags/$dagId/runs/$runId");

export function Instances({
  run,
  items,
  boxes,
  rank,
  told,
  first,
}: {
  run: DagRun;
  items: readonly RunRowItem[];
  boxes: readonly Box[];
  rank: ReadonlyMap<string, number>;
  /** Instances of which more is known. */
  told: readonly TaskInstance[];
  first: string | undefined;
}) {
  const t = useText("run", en);
  const s = useText("shell", shell);
  const { q = "", task_state: state, fold, group } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(
    () => ({ q, state, groups: group === undefined ? undefined : groupsIn(group, boxes) }),
    [q, state, group, boxes],
  );
  const rows = useMemo(
    () => runRows({ items, boxes, rank, filter, toggled: toggledSet(fold) }),
    [items, boxes, rank, filter, fold],
  );
  const details = useMemo(
    () => new Map(told.map((one) => [`${one.task_id} ${one.map_index}`, one])),
    [told],
  );
  const states = items.map((item) => item.state);
  const shown = items.filter((item) => passes(item, filter)).length;
  const search = (next: RunSearch) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h2 className="font-semibold">{t("instances")}</h2>
        <StateCounts states={states} />
        <span className="flex-1" />
        {shown < items.length ? (
          <span role="status" className="text-muted">
            {t("shown", { shown, all: items.length })}
          </span>
        ) : null}
        {group === undefined ? null : (
          <span className="chip flex items-center gap-2">
            {t("inGroup", { group })}
            <button type="button" className="link" onClick={() => search({ group: undefined })}>
              {t("allGroups")}
            </button>
          </span>
        )}
        <SearchBox
          value={q}
          label={t("filter")}
          hint={t("filter")}
          group={s("groupList")}
          onChange={(value) => search({ q: value || undefined })}
        />
        <Select
          label={t("state")}
          value={state ?? ""}
          options={[
            ["", t("allStates")],
            ...countStates(states).map(
              ({ state: one }) => [one ?? "none", stateLabel(one)] as const,
            ),
          ]}
          onChange={(value) =>
            search({ task_state: (value || undefined) as StateFilter | undefined })
          }
        />
      </div>
      {rows.length === 0 ? (
        <div className="panel">
          <Empty>{items.length === 0 ? t("none") : t("nonePass")}</Empty>
        </div>
      ) : (
        <InstanceTable
          run={run}
          rows={rows}
          details={details}
          first={first}
          onFold={(id) => search({ fold: toggled(fold, id) })}
        />
      )}
    </>
  );
}
