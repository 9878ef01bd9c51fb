import { Link } from "@tanstack/react-router";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import { nextSort, type Sort, type SortColumn } from "@/lib/search-dags";

/** The names of the columns; those that the server can sort by are links that do. */
export function DagTableHead({ sort }: { sort: Sort | undefined }) {
  const t = useText("dags", en);
  return (
    <>
      <colgroup>
        <col className="w-12 max-sm:w-10" />
        <col />
        <col className="w-52 max-md:hidden" />
        <col className="w-40 max-sm:hidden" />
        <col className="w-32 max-sm:hidden" />
        <col className="w-28 max-md:hidden" />
        <col className="w-24 max-sm:w-20" />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">
            <span className="sr-only">{t("activeColumn")}</span>
          </th>
          <SortHead column="dag_display_name" name={t("dag")} sort={sort} />
          <th scope="col" className="max-md:hidden">
            {t("schedule")}
          </th>
          <th scope="col" className="max-sm:hidden">
            {t("recent")}
          </th>
          <SortHead
            column="last_run_start_date"
            name={t("latest")}
            sort={sort}
            className="max-sm:hidden"
          />
          <SortHead column="next_dagrun" name={t("next")} sort={sort} className="max-md:hidden" />
          <th scope="col">
            <span className="sr-only">{t("actions")}</span>
          </th>
        </tr>
      </thead>
    </>
  );
}

function SortHead({
  column,
  name,
  sort,
  className = "",
}: {
  column: SortColumn;
  name: string;
  sort: Sort | undefined;
  className?: string;
}) {
  const t = useText("dags", en);
  const direction =
    sort === column ? "ascending" : sort === `-${column}` ? "descending" : undefined;
  return (
    <th scope="col" className={className} aria-sort={direction}>
      <Link
        to="/dags"
        search={(old) => ({ ...old, sort: nextSort(column, sort) })}
        className="hover:text-ink"
        title={t("sortBy", { column: name })}
      >
        {name}
        <span aria-hidden="true">
          {direction === "ascending" ? " ▴" : direction === "descending" ? " ▾" : ""}
        </span>
      </Link>
    </th>
  );
}
