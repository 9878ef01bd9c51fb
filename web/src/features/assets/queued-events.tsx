import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  assetQuery,
  type QueuedEvent,
  queuedQuery,
  useDeleteQueued,
  type Waiting,
} from "@/api/assets";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { admin } from "@/i18n/en/admin";
import { assets as en } from "@/i18n/en/assets";
import { useText } from "@/i18n/text";
import { Action, Confirm } from "../admin/action";
import { useLack } from "../admin/use-list";

/**
 * Events that wait for a run: of an asset, for whichever DAGs, or for a DAG, of whichever assets.
 * Also for the page of a DAG.
 */
export function QueuedEvents({ of }: { of: Waiting }) {
  const t = useText("assets", en);
  const queued = useQuery(queuedQuery(of));
  const lack = useLack("operator");
  const [asked, setAsked] = useState<{ dag: string; asset?: number } | null>(null);
  const ofDag = "dag" in of;
  return (
    <section aria-label={t("waiting")} className="mt-3">
      <h2 className="mb-1 font-semibold">{t("waiting")}</h2>
      <Show query={queued} what={t("waiting")}>
        {(data) =>
          data.queued_events.length === 0 ? (
            <p className="text-muted">{ofDag ? t("waitingOfDagNone") : t("waitingNone")}</p>
          ) : (
            <div className="panel p-3">
              <p className="mb-1 text-muted">{ofDag ? t("waitingOfDag") : t("waitingText")}</p>
              <ul className="flex flex-col gap-1">
                {data.queued_events.map((event) => (
                  <li
                    key={`${event.dag_id} ${event.asset_id}`}
                    className="flex flex-wrap items-center gap-2"
                  >
                    <What event={event} ofDag={ofDag} />
                    <span className="text-muted">
                      {t("since")} <Instant at={event.created_at} relative />
                    </span>
                    <Action
                      kind="button-danger"
                      needs={lack}
                      label={`${t("forget")}: ${event.dag_id} ${event.asset_id}`}
                      onClick={() => setAsked({ dag: event.dag_id, asset: event.asset_id })}
                    >
                      {t("forget")}
                    </Action>
                  </li>
                ))}
              </ul>
              {ofDag && data.queued_events.length > 1 ? (
                <Action kind="button-danger" needs={lack} onClick={() => setAsked({ dag: of.dag })}>
                  {t("forgetAll", { dag: of.dag })}
                </Action>
              ) : null}
            </div>
          )
        }
      </Show>
      {asked ? <Forget asked={asked} onClose={() => setAsked(null)} /> : null}
    </section>
  );
}

function What({ event, ofDag }: { event: QueuedEvent; ofDag: boolean }) {
  return ofDag ? (
    <AssetName id={event.asset_id} link />
  ) : (
    <Link to="/dags/$dagId" params={{ dagId: event.dag_id }} className="link break-all">
      {event.dag_display_name}
    </Link>
  );
}

/** The queue knows assets by number only. */
function AssetName({ id, link = false }: { id: number; link?: boolean }) {
  const name = useQuery(assetQuery(id)).data?.name ?? `#${id}`;
  if (!link) return <strong className="break-all">{name}</strong>;
  return (
    <Link to="/asset/$assetId" params={{ assetId: String(id) }} className="link break-all">
      {name}
    </Link>
  );
}

function Forget({
  asked,
  onClose,
}: {
  asked: { dag: string; asset?: number };
  onClose: () => void;
}) {
  const t = useText("assets", en);
  const a = useText("admin", admin);
  const change = useDeleteQueued();
  const one = asked.asset === undefined ? "" : `/${asked.asset}`;
  const path = `/api/v2/dags/${encodeURIComponent(asked.dag)}/assets${one}/queuedEvents`;
  return (
    <Confirm
      title={t("forgetTitle", { dag: asked.dag })}
      call={{ method: "DELETE", path }}
      cli={`weft api DELETE '${path}'`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(asked, { onSuccess: onClose })}
      onClose={onClose}
    >
      {asked.asset === undefined ? null : <AssetName id={asked.asset} />}
      <p>{asked.asset === undefined ? t("forgetEvery") : t("forgetOne")}</p>
    </Confirm>
  );
}
