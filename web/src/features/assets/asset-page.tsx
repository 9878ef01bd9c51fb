import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type Asset, assetQuery } from "@/api/assets";
import { useMay } from "@/api/rights";
import { Facts } from "@/components/controls";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { useOver } from "@/features/run/use-over";
import { assets as en } from "@/i18n/en/assets";
import { useText } from "@/i18n/text";
import { Action } from "../admin/action";
import { ListHead } from "../admin/list";
import { useDialog, useLack } from "../admin/use-list";
import { AssetTrail } from "../breadcrumb";
import { CreateEvent, Materialize } from "./asset-actions";
import { AssetEvents } from "./asset-events";
import { LastEvent } from "./assets-page";
import { DagLinks } from "./dag-links";
import { QueuedEvents } from "./queued-events";

const route = getRouteApi("/signed-in/asset/$assetId");

export function AssetPage() {
  const t = useText("assets", en);
  const { assetId } = route.useParams();
  const asset = useQuery(assetQuery(Number(assetId)));
  return (
    <>
      <AssetTrail assets={t("title")} here={asset.data?.name ?? assetId} />
      <Show query={asset} what={t("oneWhat")}>
        {(data) => <One asset={data} />}
      </Show>
    </>
  );
}

function One({ asset }: { asset: Asset }) {
  const t = useText("assets", en);
  const lack = useLack("operator");
  const [maker] = asset.producing_tasks;
  const mayStart = useMay("operator", useOver(maker?.dag_id ?? ""));
  const dialog = useDialog<"event" | "materialize">();
  const extra = Object.keys(asset.extra ?? {}).length > 0 ? JSON.stringify(asset.extra) : null;
  return (
    <>
      <ListHead
        title={asset.name}
        actions={
          <>
            <Link to="/lineage" search={{ asset: asset.id }} className="button">
              {t("lineage")}
            </Link>
            <Action needs={lack} onClick={() => dialog.show("event", undefined)}>
              {t("createEvent")}
            </Action>
            <Action
              kind="button-primary"
              needs={maker && !mayStart ? "operator" : undefined}
              disabled={asset.producing_tasks.length === 0}
              label={asset.producing_tasks.length === 0 ? t("materializeNone") : undefined}
              onClick={() => dialog.show("materialize", undefined)}
            >
              {t("materialize")}
            </Action>
          </>
        }
      />
      <section aria-label={asset.name} className="panel flex flex-col gap-2 p-3">
        <Facts
          facts={[
            [
              t("lastEvent"),
              <strong key="last">
                <LastEvent asset={asset} t={t} />
              </strong>,
            ],
            [t("uri"), asset.uri === asset.name ? null : <code key="uri">{asset.uri}</code>],
            [t("group"), asset.group],
            [t("created"), <Instant key="created" at={asset.created_at} />],
            [t("extra"), extra ? <code key="extra">{extra}</code> : null],
          ]}
        />
        <Facts
          facts={[
            [t("makers"), <DagLinks key="makers" all uses={asset.producing_tasks} />],
            [t("waiters"), <DagLinks key="waiters" all uses={asset.scheduled_dags} />],
            [t("readers"), <DagLinks key="readers" all uses={asset.consuming_tasks} />],
          ]}
        />
      </section>
      <QueuedEvents of={{ asset: asset.id }} />
      <AssetEvents asset={asset} />
      {dialog.open?.kind === "event" ? <CreateEvent asset={asset} onClose={dialog.close} /> : null}
      {dialog.open?.kind === "materialize" ? (
        <Materialize asset={asset} onClose={dialog.close} />
      ) : null}
    </>
  );
}
