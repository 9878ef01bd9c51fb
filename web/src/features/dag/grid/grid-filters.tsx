import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "@/components/controls";
import { SearchBox } from "@/components/search-box";
import { dag as dagEn } from "@/i18n/en/dag";
import { dagGrid as en } from "@/i18n/en/dagGrid";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import type { Grid } from "@/lib/dag/grid-model";
import { GRID_RUNS, type GridSearch, gridSearch, RUN_TYPES } from "@/lib/search-dag";
import { RUN_STATES, stateLabel, TASK_STATES } from "@/lib/states";
import { RUN_TYPE_KEYS } from "./run-types";

const route = getRouteApi("/signed-in/dags/$dagId/");

export function GridFilters({ grid }: { grid: Grid }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagGrid", en);
  const d = useText("dag", dagEn);
  const s = useText("shell", shell);
  const set = (change: Record<string, unknown>) => {
    // Through the validator, which knows what a value may be.
    const next: GridSearch = gridSearch({ ...search, ...change });
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const groups = grid.rows.filter((row) => row.type === "group").map((row) => row.id);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <Select
        label={t("runsShown")}
        value={String(search.n ?? GRID_RUNS[0])}
        options={GRID_RUNS.map((n) => [String(n), t("lastRuns", { count: n })] as const)}
        onChange={(n) => set({ n, before: undefined })}
      />
      <Select
        label={t("filterRunType")}
        value={search.type ?? ""}
        options={[
          ["", d("anyType")],
          ...RUN_TYPES.map((type) => [type, t(RUN_TYPE_KEYS[type])] as const),
        ]}
        onChange={(type) => set({ type })}
      />
      <Select
        label={t("filterRunState")}
        value={search.state ?? ""}
        options={[
          ["", d("anyState")],
          ...RUN_STATES.map((state) => [state, stateLabel(state)] as const),
        ]}
        onChange={(state) => set({ state })}
      />
      <SearchBox
        value={search.q ?? ""}
        label={t("search")}
        hint={t("search")}
        group={s("groupList")}
        onChange={(q) => set({ q })}
      />
      <Select
        label={t("filterTaskState")}
        value={search.task ?? ""}
        options={[
          ["", t("anyTaskState")],
          ...TASK_STATES.map((state) => [state, stateLabel(state)] as const),
        ]}
        onChange={(task) => set({ task })}
      />
      {groups.length > 1 ? (
        <button
          type="button"
          className="button"
          onClick={() => set({ fold: search.fold ? undefined : groups.sort().join(",") })}
        >
          {t(search.fold ? "unfoldAll" : "foldAll")}
        </button>
      ) : null}
      <nav aria-label={t("paging")} className="ml-auto flex gap-1">
        {grid.next_before ? (
          <Link
            from="/dags/$dagId/"
            to="."
            search={(old) => ({ ...old, before: grid.next_before ?? undefined })}
            className="button"
          >
            ← {t("older")}
          </Link>
        ) : null}
        {search.before ? (
          <Link
            from="/dags/$dagId/"
            to="."
            search={(old) => ({ ...old, before: undefined })}
            className="button"
          >
            {t("newest")} →
          </Link>
        ) : null}
      </nav>
    </div>
  );
}
