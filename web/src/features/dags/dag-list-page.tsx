import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { firstDagsQuery, ownersQuery, tagsQuery } from "@/api/dag-list";
import { Combo } from "@/components/combo";
import { Select } from "@/components/controls";
import { SearchBox } from "@/components/search-box";
import { dags as en } from "@/i18n/en/dags";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { type DagListSearch, isFiltered, RAN } from "@/lib/search-dags";
import { isRunState, RUN_STATES, stateLabel } from "@/lib/states";
import { DagTable } from "./dag-table";

const route = getRouteApi("/signed-in/dags");

export function DagListPage() {
  const t = useText("dags", en);
  const search = route.useSearch();
  return (
    <>
      <title>{`${t("title")} · Weft`}</title>
      <Filters search={search} />
      <DagTable search={search} />
    </>
  );
}

function Filters({ search }: { search: DagListSearch }) {
  const t = useText("dags", en);
  const s = useText("shell", shell);
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const tags = useQuery(tagsQuery());
  const dags = useQuery(firstDagsQuery(search));
  const owners = useQuery(ownersQuery());
  const filter = (change: DagListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <h1 className="mr-1 text-lg font-semibold">{t("title")}</h1>
      <SearchBox
        value={search.q ?? ""}
        label={t("search")}
        hint={t("searchHint")}
        group={s("groupList")}
        onChange={(q) => filter({ q: q || undefined }, true)}
      />
      <button
        type="button"
        className="button sm:hidden"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {t("filters")}
      </button>
      {/* On a telephone the list counts more than what may leave something out of it. */}
      <div className={open ? "contents" : "contents max-sm:hidden"}>
        <Select
          label={t("lastState")}
          value={search.state ?? ""}
          options={[
            ["", t("anyState")],
            ...RUN_STATES.map((state) => [state, stateLabel(state)] as const),
          ]}
          onChange={(state) => filter({ state: isRunState(state) ? state : undefined })}
        />
        <Select
          label={t("pausedFilter")}
          value={search.paused ?? ""}
          options={[
            ["", t("activeAndPaused")],
            ["no", t("active")],
            ["yes", t("paused")],
          ]}
          onChange={(paused) =>
            filter({ paused: paused === "yes" || paused === "no" ? paused : undefined })
          }
        />
        <Select
          label={t("ran")}
          value={search.ran ?? ""}
          options={[
            ["", t("ranAny")],
            ["hour", t("ranHour")],
            ["day", t("ranDay")],
            ["week", t("ranWeek")],
          ]}
          onChange={(ran) => filter({ ran: RAN.find((one) => one === ran) })}
        />
        <Combo
          label={t("tag")}
          value={search.tag ?? ""}
          options={tags.data?.tags ?? []}
          onChange={(tag) => filter({ tag: tag || undefined })}
        />
        <Combo
          label={t("owner")}
          value={search.owner ?? ""}
          options={owners.data?.owners ?? []}
          onChange={(owner) => filter({ owner: owner || undefined })}
        />
        <label className="flex items-center gap-1">
          <input
            type="checkbox"
            checked={search.broken === "yes"}
            onChange={(event) => filter({ broken: event.target.checked ? "yes" : undefined })}
          />
          {t("broken")}
        </label>
      </div>
      {isFiltered(search) ? (
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ search: { sort: search.sort } })}
        >
          {t("clear")}
        </button>
      ) : null}
      <span role="status" className="ml-auto text-muted">
        {dags.data
          ? t(dags.data.total_entries_exact === false ? "countAtLeast" : "count", {
              count: dags.data.total_entries,
            })
          : ""}
      </span>
    </div>
  );
}
