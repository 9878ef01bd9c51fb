import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { failedRunsQuery, failingDagsQuery } from "@/api/home-queries";
import type { RunKey } from "@/api/retry";
import { hasRole, meQuery } from "@/api/rights";
import { Empty, Show } from "@/components/feedback";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { groupFailures } from "@/lib/home";
import { type HomeSearch, SPANS } from "@/lib/search-home";
import { FailureRow, keyOf } from "./failure-row";
import { Choices, Section } from "./section";

const RetryDialog = lazy(() => import("./retry-dialog"));
const route = getRouteApi("/signed-in/");

/** What failed, a line per DAG; ticked runs are retried together. */
export function Failures() {
  const t = useText("home", en);
  const search = route.useSearch();
  const span = search.since ?? "day";
  const failed = useQuery(failedRunsQuery(span));
  const failing = useQuery(failingDagsQuery());
  const me = useQuery(meQuery()).data;
  const [ticked, setTicked] = useState<ReadonlyMap<string, RunKey>>(new Map());
  const [retrying, setRetrying] = useState(false);
  const all = groupFailures(
    failed.data?.dag_runs ?? [],
    new Set(failing.data?.dags.map((dag) => dag.dag_id)),
  );
  const groups = search.failed === "all" ? all : all.filter(({ open }) => open);
  // A run that is no longer among them is not retried unseen.
  const shown = new Set(groups.flatMap(({ runs }) => runs.map(keyOf)));
  const chosen = [...ticked].filter(([key]) => shown.has(key)).map(([, run]) => run);
  const tick = (runs: readonly (RunKey & { key: string })[], on: boolean) => {
    const next = new Map(ticked);
    for (const { key, dagId, runId } of runs) {
      if (on) next.set(key, { dagId, runId });
      else next.delete(key);
    }
    setTicked(next);
  };
  const tags = new Map(failing.data?.dags.map((dag) => [dag.dag_id, dag.tags]));
  const may = ({ dag_id: dagId }: { dag_id: string }) =>
    !me || hasRole(me, "operator", { dagId, tags: tags.get(dagId)?.map(({ name }) => name) ?? [] });
  const newest = groups.flatMap(({ newest: run }) => (may(run) ? [tickable(run)] : []));
  return (
    <Section title={t("failed")} count={groups.length} tools={<Tools search={search} />}>
      <Show query={both(failed, failing)} what={t("failedWhat")}>
        {() =>
          groups.length === 0 ? (
            <Empty>{t(search.failed === "all" ? "noFailuresAll" : "noFailures")}</Empty>
          ) : (
            <>
              <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1">
                <label className="flex items-center gap-2">
                  <input
                    type="checkbox"
                    checked={newest.length > 0 && newest.every(({ key }) => ticked.has(key))}
                    disabled={newest.length === 0}
                    onChange={(event) => tick(newest, event.target.checked)}
                  />
                  {t("selectAll")}
                </label>
                <button
                  type="button"
                  className="button button-primary"
                  disabled={chosen.length === 0}
                  onClick={() => setRetrying(true)}
                >
                  {chosen.length > 0 ? t("retry", { count: chosen.length }) : t("retryNone")}
                </button>
              </div>
              <ul>
                {groups.map((group) => (
                  <FailureRow
                    key={group.newest.dag_id}
                    group={group}
                    may={may(group.newest)}
                    isTicked={(key) => ticked.has(key)}
                    onTick={(run, on) => tick([tickable(run)], on)}
                  />
                ))}
              </ul>
              {(failed.data?.total_entries ?? 0) > 100 ? (
                <p className="px-3 py-1.5 text-muted">{t("moreAtLeast")}</p>
              ) : null}
            </>
          )
        }
      </Show>
      {retrying ? (
        <Suspense>
          <RetryDialog
            runs={chosen}
            onClose={() => setRetrying(false)}
            onDone={() => setTicked(new Map())}
          />
        </Suspense>
      ) : null}
    </Section>
  );
}

function tickable(run: { dag_id: string; dag_run_id: string }) {
  return { key: keyOf(run), dagId: run.dag_id, runId: run.dag_run_id };
}

/** The list means something only with both. */
function both<A, B>(
  a: { data: A | undefined; error: unknown; isPending: boolean; refetch: () => unknown },
  b: { data: B | undefined; error: unknown; isPending: boolean; refetch: () => unknown },
) {
  return {
    data: a.data !== undefined && b.data !== undefined ? true : undefined,
    error: a.error ?? b.error,
    isPending: a.isPending || b.isPending,
    refetch: () => {
      a.refetch();
      b.refetch();
    },
  };
}

function Tools({ search }: { search: HomeSearch }) {
  const t = useText("home", en);
  const navigate = route.useNavigate();
  const set = (change: HomeSearch) => void navigate({ search: (old) => ({ ...old, ...change }) });
  return (
    <div className="ml-auto flex flex-wrap gap-2">
      <Choices
        label={t("which")}
        value={search.failed ?? "open"}
        options={[
          ["open", t("stillFailing")],
          ["all", t("allFailures")],
        ]}
        onChange={(failed) => set({ failed: failed === "all" ? "all" : undefined })}
      />
      <Choices
        label={t("span")}
        value={search.since ?? "day"}
        options={SPANS.map((span) => [span, t(span)] as const)}
        onChange={(span) => set({ since: span === "day" ? undefined : span })}
      />
    </div>
  );
}
