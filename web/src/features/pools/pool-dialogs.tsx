import { useState } from "react";
import { type PoolBody, useCreatePool, useDeletePool, usePatchPool } from "@/api/admin-actions";
import type { Pool } from "@/api/types";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { pools as en } from "@/i18n/en/pools";
import { useText } from "@/i18n/text";
import { Confirm, FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { Check, TextField } from "../admin/field";

const pathOf = (name: string) => `/api/v2/pools/${encodeURIComponent(name)}`;
/** -1 is Airflow's way to say that a pool has no end. */
const NO_LIMIT = -1;

/** A new one, or a change of the one given. */
export function PoolForm({ pool, onClose }: { pool: Pool | undefined; onClose: () => void }) {
  const t = useText("pools", en);
  const a = useText("admin", admin);
  const [name, setName] = useState(pool?.name ?? "");
  const [infinite, setInfinite] = useState(pool ? pool.slots < 0 : false);
  const [slots, setSlots] = useState(String(pool && pool.slots >= 0 ? pool.slots : 4));
  const [deferred, setDeferred] = useState(pool?.include_deferred ?? false);
  const [description, setDescription] = useState(pool?.description ?? "");
  /** The list behind is read again meanwhile; the fields are not. */
  const [shown] = useState(pool);
  const create = useCreatePool();
  const patch = usePatchPool(pool?.name ?? "");
  const count = infinite ? NO_LIMIT : Number(slots);
  const valid = infinite || (slots.trim() !== "" && Number.isSafeInteger(count) && count >= 0);
  const fields = {
    slots: count,
    include_deferred: deferred,
    description: description.trim() || null,
  };
  const body: PoolBody = { name: name.trim(), ...fields };
  return (
    <Dialog title={pool ? t("editTitle", { name: pool.name }) : t("newTitle")} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (shown) patch.mutate({ shown, body: fields }, { onSuccess: onClose });
          else create.mutate(body, { onSuccess: onClose });
        }}
      >
        {pool ? null : (
          <TextField
            label={a("name")}
            hint={t("nameHint", { name: name || "small_db" })}
            value={name}
            maxLength={256}
            required
            onChange={setName}
          />
        )}
        <TextField
          label={t("slots")}
          hint={t("slotsHint")}
          type="number"
          min={0}
          value={infinite ? "" : slots}
          disabled={infinite}
          onChange={setSlots}
        />
        <Check label={t("infinite")} checked={infinite} onChange={setInfinite} />
        <Check label={t("includeDeferred")} checked={deferred} onChange={setDeferred} />
        <TextField label={a("description")} value={description} onChange={setDescription} />
        <Cli lines={`weft pools set ${name || "NAME"} ${count}`} />
        <FormEnd
          call={
            pool
              ? { method: "PATCH", path: pathOf(pool.name), body: fields }
              : { method: "POST", path: "/api/v2/pools", body }
          }
          change={pool ? patch : create}
          blocked={!valid || !body.name}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

export function DeletePool({ pool, onClose }: { pool: Pool; onClose: () => void }) {
  const t = useText("pools", en);
  const a = useText("admin", admin);
  const change = useDeletePool(pool.name);
  return (
    <Confirm
      title={a("deleteTitle", { what: pool.name })}
      call={{ method: "DELETE", path: pathOf(pool.name) }}
      cli={`weft pools delete ${pool.name}`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
    </Confirm>
  );
}
