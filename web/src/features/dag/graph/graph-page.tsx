import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { type Graph, graphQuery, gridQuery } from "@/api/dag-queries";
import { Loading, Show } from "@/components/feedback";
import { SearchBox } from "@/components/search-box";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { toggled } from "@/lib/dag/grid-model";
import { GRID_RUNS, graphSearch, listOf } from "@/lib/search-dag";
import { RunPicker } from "../run-picker";
import { GraphList } from "./graph-list";
import { matching } from "./matching";
import { useNodeStates } from "./use-node-states";
import { VersionPicker } from "./version-picker";

const route = getRouteApi("/signed-in/dags/$dagId/graph");

// The drawing's library is large: it comes beside the page, and not at all for the list.
const GraphCanvas = lazy(async () => ({ default: (await import("./graph-canvas")).GraphCanvas }));

export function GraphPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagGraph", en);
  const s = useText("shell", shell);
  const grid = useQuery(gridQuery(dagId, GRID_RUNS[0]));
  const runs = grid.data?.runs ?? [];
  const run = search.run ? runs.find((one) => one.dag_run_id === search.run) : runs[0];
  const runId = search.run ?? run?.dag_run_id;
  const folded = useMemo(() => listOf(search.fold), [search.fold]);
  // What a run looked like is told by the version that it had.
  const graph = useQuery(graphQuery(dagId, search.version ?? run?.version_number, folded));
  const states = useNodeStates(dagId, runId, grid.data, graph.data);
  const set = (change: Record<string, unknown>) =>
    void navigate({
      search: graphSearch({ ...search, ...change }),
      replace: true,
      resetScroll: false,
    });
  const fold = (group: string) =>
    set({ fold: toggled(new Set(folded), group).join(",") || undefined });
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <RunPicker runs={runs} chosen={search.run} onChoose={(next) => set({ run: next })} />
        <SearchBox
          value={search.q ?? ""}
          label={t("search")}
          hint={t("search")}
          group={s("groupList")}
          onChange={(q) => set({ q })}
        />
        <Found graph={graph.data} q={search.q} />
        <span className="flex-1" />
        <VersionPicker
          dagId={dagId}
          chosen={search.version}
          ofRun={run?.version_number}
          shown={graph.data?.version_number}
          onChoose={(version) => set({ version })}
        />
        <fieldset className="flex" aria-label={t("viewAs")}>
          {(["graph", "list"] as const).map((view) => (
            <button
              key={view}
              type="button"
              className="button"
              aria-pressed={(search.view ?? "graph") === view}
              onClick={() => set({ view })}
            >
              {t(view === "list" ? "list" : "picture")}
            </button>
          ))}
        </fieldset>
      </div>
      <Show query={graph} what={t("loading")}>
        {(data) => {
          const props = { dagId, runId, graph: data, states, q: search.q, onFold: fold };
          return search.view === "list" ? (
            <GraphList {...props} />
          ) : (
            <Suspense fallback={<Loading what={t("loading")} />}>
              <GraphCanvas key={`${dagId} ${data.version_number}`} {...props} />
            </Suspense>
          );
        }}
      </Show>
    </>
  );
}

function Found({ graph, q }: { graph: Graph | undefined; q: string | undefined }) {
  const t = useText("dagGraph", en);
  if (!graph || !q) return null;
  return (
    <span role="status" className="text-muted">
      {t("found", { count: matching(graph, q).length })}
    </span>
  );
}
