import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { type Failures as FailuresRead, failedQuery } from "@/api/home-queries";
import type { RunKey } from "@/api/retry";
import { hasRole, meQuery } from "@/api/rights";
import type { DagRun } from "@/api/types";
import { Empty, Show } from "@/components/feedback";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { type FailedDag, groupFailures } from "@/lib/home";
import { type HomeSearch, SPANS } from "@/lib/search-home";
import { FailureRow, keyOf } from "./failure-row";
import { Choices, Section } from "./section";

const RetryDialog = lazy(() => import("./retry-dialog"));
const route = getRouteApi("/signed-in/");

/** By keyOf. */
type Ticked = ReadonlyMap<string, RunKey>;

/** So many DAGs are listed before one asks for more: each reads its first failed task. */
const MOST_SHOWN = 50;

/** What failed, a line per DAG; ticked runs are retried together. */
export function Failures() {
  const t = useText("home", en);
  const search = route.useSearch();
  const failures = useQuery(failedQuery(search.since ?? "day"));
  // Up here, as the list goes away when all of it is retried, and the dialog is to stay.
  const [ticked, setTicked] = useState<Ticked>(new Map());
  const [retrying, setRetrying] = useState<readonly RunKey[] | null>(null);
  const { data } = failures;
  const groups = groupFailures(
    data?.dag_runs ?? [],
    data?.recent ?? [],
    new Set(data?.failingIds),
    search.failed !== "all",
  );
  // What is known of another span, or was known before the reading failed, is no all-clear.
  const isSure = !failures.isPlaceholderData && !failures.error;
  const query = groups.length === 0 && !isSure ? { ...failures, data: undefined } : failures;
  return (
    <Section
      title={t("failed")}
      count={query.data ? groups.length + query.data.failingHidden : undefined}
      tools={<Tools search={search} />}
    >
      <Show
        query={{ ...query, isPending: query.data === undefined && !query.error }}
        what={t("failedWhat")}
      >
        {(known) => (
          <>
            {groups.length > 0 ? (
              <FailureList
                groups={groups}
                failed={known.failed}
                ticked={ticked}
                onTick={setTicked}
                onRetry={setRetrying}
              />
            ) : known.failingHidden + known.hidden === 0 ? (
              <Empty>{t(search.failed === "all" ? "noFailuresAll" : "noFailures")}</Empty>
            ) : null}
            <Hidden failures={known} />
            {search.failed === "all" ? null : (
              <p className="px-3 py-1.5 text-muted">{t("openRule")}</p>
            )}
          </>
        )}
      </Show>
      {retrying ? (
        <Suspense>
          <RetryDialog
            runs={retrying}
            onClose={() => setRetrying(null)}
            onDone={() => setTicked(new Map())}
          />
        </Suspense>
      ) : null}
    </Section>
  );
}

function FailureList({
  groups,
  failed,
  ticked,
  onTick,
  onRetry,
}: {
  groups: readonly FailedDag<DagRun>[];
  failed: FailuresRead["failed"];
  ticked: Ticked;
  onTick: (ticked: Ticked) => void;
  onRetry: (runs: readonly RunKey[]) => void;
}) {
  const t = useText("home", en);
  const me = useQuery(meQuery()).data;
  const [isLong, setIsLong] = useState(false);
  const rows = isLong ? groups : groups.slice(0, MOST_SHOWN);
  // A run that is no longer among them is not retried unseen.
  const shown = new Set(rows.flatMap(({ runs }) => runs.map(keyOf)));
  const chosen = [...ticked].filter(([key]) => shown.has(key)).map(([, run]) => run);
  const tick = (runs: readonly DagRun[], on: boolean) => {
    const next = new Map(ticked);
    for (const run of runs) {
      if (on) next.set(keyOf(run), { dagId: run.dag_id, runId: run.dag_run_id });
      else next.delete(keyOf(run));
    }
    onTick(next);
  };
  const tags = new Map(failed.map((dag) => [dag.dag_id, dag.tags.map(({ name }) => name)]));
  const may = ({ dag_id: dagId }: { dag_id: string }) =>
    !me || hasRole(me, "operator", { dagId, tags: tags.get(dagId) ?? [] });
  const newest = rows.flatMap(({ newest: run }) => (may(run) ? [run] : []));
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <label className="flex items-center gap-2" title={t("selectAllTitle")}>
          <input
            type="checkbox"
            checked={newest.length > 0 && newest.every((run) => ticked.has(keyOf(run)))}
            disabled={newest.length === 0}
            onChange={(event) => tick(newest, event.target.checked)}
          />
          {t("selectAll")}
        </label>
        <button
          type="button"
          className="button button-primary"
          disabled={chosen.length === 0}
          onClick={() => onRetry(chosen)}
        >
          {chosen.length > 0 ? t("retry", { count: chosen.length }) : t("retryNone")}
        </button>
      </div>
      <ul>
        {rows.map((group) => (
          <FailureRow
            key={group.newest.dag_id}
            group={group}
            may={may(group.newest)}
            isTicked={(run) => ticked.has(keyOf(run))}
            onTick={tick}
          />
        ))}
      </ul>
      {rows.length < groups.length ? (
        <button type="button" className="button m-2" onClick={() => setIsLong(true)}>
          {t("more", { count: groups.length - rows.length })}
        </button>
      ) : null}
    </>
  );
}

/** What was not read: nobody is to take a part for the whole. */
function Hidden({ failures: { failingHidden, hidden } }: { failures: FailuresRead }) {
  const t = useText("home", en);
  return (
    <>
      {failingHidden > 0 ? (
        <p className="px-3 py-1.5">
          <Link to="/dags" search={{ state: "failed" }} className="link font-semibold">
            {t("failingHidden", { count: failingHidden })}
          </Link>
        </p>
      ) : null}
      {hidden > 0 ? (
        <p className="px-3 py-1.5 text-muted">{t("failuresHidden", { count: hidden })}</p>
      ) : null}
    </>
  );
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
