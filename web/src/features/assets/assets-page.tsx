import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ASSET_PAGE, type Asset, assetsQuery } from "@/api/assets";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { assets as en } from "@/i18n/en/assets";
import { type Text, useText } from "@/i18n/text";
import type { AssetListSearch } from "@/lib/search-system";
import { ListHead, ListSearch, NoMatch, NothingYet, Paging, Sorted } from "../admin/list";
import { DagLinks } from "./dag-links";

const route = getRouteApi("/signed-in/assets");
export const EXAMPLE = `{"dag_id": "load_orders", "schedule": "@daily", "tasks": [
  {"task_id": "load", "command": "etl load", "outlets": ["s3://shop/orders"]}]}
{"dag_id": "mart", "schedule": {"assets": {"all": ["s3://shop/orders"]}}, "tasks": […]}`;

export function AssetsPage() {
  const t = useText("assets", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const assets = useQuery(assetsQuery(search));
  const filter = (change: AssetListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const filtered = search.q !== undefined || search.dag !== undefined;
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Link to="/lineage" className="button">
            {t("lineage")}
          </Link>
        }
      >
        <ListSearch
          hotkey
          label={t("search")}
          value={search.q ?? ""}
          onChange={(q) => filter({ q }, true)}
        />
        {search.dag ? (
          <button type="button" className="button" onClick={() => filter({ dag: undefined })}>
            {t("ofDag", { dag: search.dag })} <span aria-hidden="true">×</span>
            <span className="sr-only">{t("remove")}</span>
          </button>
        ) : null}
      </ListHead>
      <Show query={assets} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.assets.length === 0 && filtered ? (
                <NoMatch onClear={() => filter({ q: undefined, dag: undefined })} />
              ) : data.assets.length === 0 ? (
                <NothingYet text={t("empty")} cli="weft assets list">
                  <pre className="overflow-x-auto font-mono text-xs whitespace-pre-wrap">
                    {EXAMPLE}
                  </pre>
                </NothingYet>
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="name" sort={search.sort} onSort={(sort) => filter({ sort })}>
                        {t("asset")}
                      </Sorted>
                      <th scope="col">{t("lastEvent")}</th>
                      <th scope="col" className="max-sm:hidden">
                        {t("makers")}
                      </th>
                      <th scope="col" className="max-sm:hidden">
                        {t("waiters")}
                      </th>
                      <th scope="col" className="max-md:hidden">
                        {t("readers")}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.assets.map((asset) => (
                      <Row key={asset.id} asset={asset} t={t} />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={search.page ?? 1}
              size={ASSET_PAGE}
              total={data.total_entries}
              what={t("count", { count: data.total_entries })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
          </>
        )}
      </Show>
    </>
  );
}

function Row({ asset, t }: { asset: Asset; t: Text<typeof en> }) {
  return (
    <tr>
      <th scope="row" className="max-w-96 break-all !whitespace-normal">
        <Link to="/asset/$assetId" params={{ assetId: String(asset.id) }} className="link">
          {asset.name}
        </Link>
        {asset.name === asset.uri ? null : (
          <div className="font-mono text-xs font-normal text-muted">{asset.uri}</div>
        )}
        {asset.group === "asset" ? null : (
          <div className="font-normal text-muted">{asset.group}</div>
        )}
      </th>
      <td>
        <LastEvent asset={asset} t={t} />
      </td>
      <td className="max-w-56 max-sm:hidden">
        <DagLinks uses={asset.producing_tasks} />
      </td>
      <td className="max-w-56 max-sm:hidden">
        <DagLinks uses={asset.scheduled_dags} />
      </td>
      <td className="max-w-56 max-md:hidden">
        <DagLinks uses={asset.consuming_tasks} />
      </td>
    </tr>
  );
}

export function LastEvent({ asset, t }: { asset: Asset; t: Text<typeof en> }) {
  const at = asset.last_asset_event?.timestamp;
  return at ? <Instant at={at} relative /> : <span className="text-muted">{t("noEvent")}</span>;
}
