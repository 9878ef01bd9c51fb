import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lineageQuery } from "@/api/assets";
import { Select } from "@/components/controls";
import { Show } from "@/components/feedback";
import { assets as en } from "@/i18n/en/assets";
import { useText } from "@/i18n/text";
import { assetKey, lineageOf, near } from "@/lib/lineage";
import { ListHead, NothingYet } from "../admin/list";
import { AssetTrail } from "../breadcrumb";
import { EXAMPLE } from "./assets-page";
import { LineageGraph } from "./lineage-graph";

const route = getRouteApi("/signed-in/lineage");
const USUAL_DEPTH = 2;
const DEPTHS = [1, 2, 3, 4, 5];

/** Who makes what, and who waits for it, across DAGs; around one asset, or of all. */
export function LineagePage() {
  const t = useText("assets", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const depth = search.depth ?? USUAL_DEPTH;
  const lineage = useQuery(lineageQuery(search.asset, depth));
  const focus = lineage.data?.assets.find(({ id }) => id === search.asset);
  const title = focus
    ? t("graphOf", { name: focus.name })
    : search.asset === undefined
      ? t("graphAll")
      : t("lineage");
  return (
    <>
      <AssetTrail
        assets={t("title")}
        asset={
          focus ? (
            <Link
              to="/asset/$assetId"
              params={{ assetId: String(focus.id) }}
              className="link break-all"
            >
              {focus.name}
            </Link>
          ) : null
        }
        here={t("lineage")}
      />
      <ListHead
        title={title}
        actions={
          search.asset === undefined ? null : (
            <>
              <Select
                label={t("depth")}
                value={String(depth)}
                options={DEPTHS.map((count) => [String(count), t("depthOf", { count })] as const)}
                onChange={(value) =>
                  void navigate({ search: (old) => ({ ...old, depth: Number(value) }) })
                }
              />
              <Link to="/lineage" className="button">
                {t("graphAll")}
              </Link>
            </>
          )
        }
      />
      <Show query={lineage} what={t("lineage")}>
        {({ assets, whole }) => {
          if (assets.length === 0) {
            return (
              <div className="panel">
                <NothingYet text={t("empty")}>
                  <pre className="font-mono text-xs whitespace-pre-wrap">{EXAMPLE}</pre>
                </NothingYet>
              </div>
            );
          }
          const graph = lineageOf(assets);
          // A DAG lies one edge from an asset, the next asset two.
          const shown =
            search.asset === undefined ? graph : near(graph, assetKey(search.asset), 2 * depth);
          return (
            <>
              {whole ? null : <p className="mb-2 text-muted">{t("graphCut")}</p>}
              <LineageGraph graph={shown} focus={search.asset} />
            </>
          );
        }}
      </Show>
    </>
  );
}
