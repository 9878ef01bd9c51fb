import type { RunBar } from "@/api/types";
import { PlainLink, runPath } from "@/components/plain-link";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import { useNow, useZone } from "@/lib/clock";
import { elapsed, formatDuration, formatInstant } from "@/lib/format";
import { barHeights } from "@/lib/runs";
import { stateClass, stateLabel } from "@/lib/states";

/** The newest runs as bars: colour is the state, height the duration, each a link to its run. */
export function RunBars({ dagId, runs }: { dagId: string; runs: readonly RunBar[] }) {
  const t = useText("dags", en);
  const now = useNow();
  const [zone] = useZone();
  const heights = barHeights(runs, now);
  if (runs.length === 0) return <span className="text-muted">{t("noRuns")}</span>;
  return (
    <ul className="flex h-6 items-end gap-px" aria-label={t("recentOf", { dag: dagId })}>
      {runs.map((run, index) => {
        const text = [
          stateLabel(run.state),
          formatInstant(run.logical_date ?? run.run_after, zone),
          formatDuration(elapsed(run, now)),
        ]
          .filter(Boolean)
          .join(", ");
        return (
          <li key={run.dag_run_id} className="flex h-full items-end">
            <PlainLink
              path={runPath(dagId, run.dag_run_id)}
              aria-label={text}
              title={text}
              className="flex h-full w-2 items-end"
            >
              <span
                className={`state-fill block w-full rounded-t-[2px] ${stateClass(run.state)}`}
                style={{ height: `${heights[index] ?? 20}%` }}
              />
            </PlainLink>
          </li>
        );
      })}
    </ul>
  );
}
