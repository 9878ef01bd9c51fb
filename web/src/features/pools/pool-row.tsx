import type { Role } from "@/api/rights";
import type { Pool } from "@/api/types";
import { admin } from "@/i18n/en/admin";
import { pools as en } from "@/i18n/en/pools";
import { useText } from "@/i18n/text";
import { type PartState, poolBar } from "@/lib/pool-bar";
import { Action } from "../admin/action";

/** Open has no state of its own: it is the bar's ground. */
const FILL: Readonly<Record<PartState, string>> = {
  running: "state-fill state-running",
  queued: "state-fill state-queued",
  deferred: "state-fill state-deferred",
  scheduled: "state-fill state-scheduled opacity-60",
  open: "bg-raised",
};

export function PoolRow({
  pool,
  lack,
  open,
  onShow,
  onEdit,
  onDelete,
}: {
  pool: Pool;
  lack: Role | undefined;
  open: boolean;
  onShow: () => void;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const t = useText("pools", en);
  const a = useText("admin", admin);
  const isDefault = pool.name === "default_pool";
  return (
    <tr>
      <th scope="row" className="max-w-80 min-w-28 !whitespace-normal !text-ink">
        <button
          type="button"
          className="link text-left break-words"
          aria-expanded={open}
          title={t("show", { name: pool.name })}
          onClick={onShow}
        >
          {pool.name}
        </button>
        {pool.description ? <div className="font-normal text-muted">{pool.description}</div> : null}
        {pool.include_deferred ? (
          <div className="font-normal text-muted">{t("countsDeferred")}</div>
        ) : null}
      </th>
      <td className="w-1/3 min-w-28">
        <Bar pool={pool} />
      </td>
      <td className="text-right">
        {pool.slots < 0 ? <span title={t("infinite")}>∞</span> : pool.slots}
      </td>
      <td className="text-right">{pool.slots < 0 ? "∞" : pool.open_slots}</td>
      <td className={`text-right max-md:hidden ${pool.scheduled_slots > 0 ? "" : "text-muted"}`}>
        {pool.scheduled_slots}
      </td>
      <td className="text-right whitespace-nowrap">
        <span className="inline-flex gap-1">
          <Action label={`${a("edit")}: ${pool.name}`} needs={lack} onClick={onEdit}>
            {a("edit")}
          </Action>
          <Action
            kind="button-danger"
            label={`${a("remove")}: ${isDefault ? t("isDefault") : pool.name}`}
            needs={lack}
            disabled={isDefault}
            onClick={onDelete}
          >
            {a("remove")}
          </Action>
        </span>
      </td>
    </tr>
  );
}

function Bar({ pool }: { pool: Pool }) {
  const t = useText("pools", en);
  const parts = poolBar(pool);
  const words = parts.map(({ state, count }) => t("part", { count, state: t(state) })).join(", ");
  return (
    <div
      role="img"
      aria-label={t("barOf", { name: pool.name, parts: words || t("open") })}
      title={words}
      className="flex h-4 w-full overflow-hidden rounded border border-line"
    >
      {parts.map(({ state, share }) => (
        <span key={state} className={`h-full ${FILL[state]}`} style={{ width: `${share}%` }} />
      ))}
    </div>
  );
}
