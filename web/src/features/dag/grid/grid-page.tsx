import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import { gridQuery } from "@/api/dag-queries";
import { Empty, Show } from "@/components/feedback";
import { dagGrid as en } from "@/i18n/en/dagGrid";
import { useText } from "@/i18n/text";
import { useNow, useZone } from "@/lib/clock";
import type { Place } from "@/lib/dag/grid-geometry";
import { linkOf } from "@/lib/dag/grid-link";
import {
  type Grid,
  hasActiveRun,
  runSeconds,
  toggled,
  visibleRows,
  visibleRuns,
} from "@/lib/dag/grid-model";
import { letterOf, stateOf } from "@/lib/dag/letters";
import { formatDuration, formatInstant } from "@/lib/format";
import { GRID_RUNS, listOf } from "@/lib/search-dag";
import { stateLabel } from "@/lib/states";
import type { Scene } from "./draw";
import { GridCanvas } from "./grid-canvas";
import { GridFilters } from "./grid-filters";
import { Legend } from "./legend";

const route = getRouteApi("/signed-in/dags/$dagId/");

export function GridPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const grid = useQuery(gridQuery(dagId, search.n ?? GRID_RUNS[0], search.before));
  const t = useText("dagGrid", en);
  return (
    <Show query={grid} what={t("loading")}>
      {(data) =>
        data.runs.length === 0 && !search.before ? (
          <div className="panel">
            <Empty>{t("empty")}</Empty>
          </div>
        ) : (
          <GridView grid={data} />
        )
      }
    </Show>
  );
}

function GridView({ grid }: { grid: Grid }) {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const t = useText("dagGrid", en);
  const [zone] = useZone();
  const seconds = useNow();
  // Only what runs needs the clock: a grid at rest is drawn once.
  const now = hasActiveRun(grid) ? seconds : 0;
  const folded = useMemo(() => new Set(listOf(search.fold)), [search.fold]);
  const opened = useMemo(() => new Set(listOf(search.open)), [search.open]);

  const scene = useMemo<Scene>(() => {
    const runs = visibleRuns(grid.runs, { type: search.type, state: search.state });
    const letter = search.task ? letterOf(search.task) : undefined;
    const took = runSeconds(runs, now || Date.now());
    const longest = Math.max(0, ...took.map((one) => one ?? 0));
    return {
      runs,
      rows: visibleRows(grid.rows, runs, { folded, opened, q: search.q, letter }).map((row) =>
        row.letter === null ? row : { ...row, label: stateLabel(stateOf(row.letter)) },
      ),
      seconds: took,
      longest,
      longestLabel: formatDuration(longest),
      dates: runs.map((run) => formatInstant(run.logical_date ?? run.run_after, zone).slice(5, 16)),
    };
  }, [grid, search.type, search.state, search.task, search.q, folded, opened, now, zone]);

  const runName = (column: number) => {
    const run = scene.runs[column];
    return run ? formatInstant(run.logical_date ?? run.run_after, zone) : "";
  };
  const open = ({ row, column }: Place, apart: boolean) => {
    const run = scene.runs[column];
    const task = scene.rows[row];
    const target = linkOf(dagId, run, task);
    if (!target) return;
    if (apart) window.open(router.buildLocation(target).href, "_blank", "noopener");
    else void navigate(target);
  };
  const fold = (index: number) => {
    const row = scene.rows[index];
    if (!row) return;
    const group = row.kind === "group";
    const next = toggled(group ? folded : opened, row.id).join(",") || undefined;
    void navigate({
      search: (old) => (group ? { ...old, fold: next } : { ...old, open: next }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      <GridFilters grid={grid} />
      {scene.runs.length === 0 ? (
        <div className="panel">
          <Empty>{t("noRuns", { count: grid.runs.length })}</Empty>
        </div>
      ) : scene.rows.length === 0 ? (
        <div className="panel">
          <Empty>{t("noRows")}</Empty>
        </div>
      ) : (
        <GridCanvas
          scene={scene}
          label={t("label")}
          runName={runName}
          onOpen={open}
          onFold={fold}
        />
      )}
      <Legend />
    </>
  );
}
