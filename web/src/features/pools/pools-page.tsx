import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LIST_SIZE, poolListQuery } from "@/api/admin";
import type { Pool } from "@/api/types";
import { Show } from "@/components/feedback";
import { pools as en } from "@/i18n/en/pools";
import { useText } from "@/i18n/text";
import type { PoolListSearch } from "@/lib/search-system";
import { Action } from "../admin/action";
import { ListHead, ListSearch, NoMatch, Paging, Sorted } from "../admin/list";
import { useDialog, useLack } from "../admin/use-list";
import { InPool } from "./in-pool";
import { DeletePool, PoolForm } from "./pool-dialogs";
import { PoolRow } from "./pool-row";

const route = getRouteApi("/signed-in/pools");

export function PoolsPage() {
  const t = useText("pools", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const lack = useLack("editor");
  const pools = useQuery(poolListQuery({ q: search.q, sort: search.sort, page: search.page }));
  const dialog = useDialog<"edit" | "delete", Pool | undefined>();
  const filter = (change: PoolListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const shown = (name: string) => (search.show === name ? undefined : name);
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Action kind="button-primary" needs={lack} onClick={() => dialog.show("edit", undefined)}>
            {t("add")}
          </Action>
        }
      >
        <ListSearch
          hotkey
          label={t("search")}
          value={search.q ?? ""}
          onChange={(q) => filter({ q }, true)}
        />
      </ListHead>
      <Show query={pools} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.pools.length === 0 ? (
                <NoMatch onClear={() => filter({ q: undefined })} />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="name" sort={search.sort} onSort={(sort) => filter({ sort })}>
                        {t("pool")}
                      </Sorted>
                      <th scope="col">{t("use")}</th>
                      <th scope="col" className="text-right">
                        {t("slots")}
                      </th>
                      <th scope="col" className="text-right">
                        {t("open")}
                      </th>
                      <th scope="col" className="text-right max-md:hidden">
                        {t("waiting")}
                      </th>
                      <th scope="col">
                        <span className="sr-only">{t("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.pools.map((pool) => (
                      <PoolRow
                        key={pool.name}
                        pool={pool}
                        lack={lack}
                        open={search.show === pool.name}
                        onShow={() =>
                          void navigate({
                            search: (old) => ({ ...old, show: shown(pool.name) }),
                          })
                        }
                        onEdit={() => dialog.show("edit", pool)}
                        onDelete={() => dialog.show("delete", pool)}
                      />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={search.page ?? 1}
              size={LIST_SIZE}
              total={data.total_entries}
              what={t("count", { count: data.total_entries })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
          </>
        )}
      </Show>
      {search.show ? <InPool name={search.show} /> : null}
      {dialog.open?.kind === "edit" ? (
        <PoolForm pool={dialog.open.item} onClose={dialog.close} />
      ) : null}
      {dialog.open?.kind === "delete" && dialog.open.item ? (
        <DeletePool pool={dialog.open.item} onClose={dialog.close} />
      ) : null}
    </>
  );
}
