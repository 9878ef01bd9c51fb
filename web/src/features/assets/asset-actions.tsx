import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Asset, useCreateAssetEvent, useMaterialize } from "@/api/assets";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { assets as en } from "@/i18n/en/assets";
import { common } from "@/i18n/en/common";
import { useText } from "@/i18n/text";
import { readObject } from "@/lib/json-field";
import { randomId } from "@/lib/random";
import { FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { AreaField, TextField } from "../admin/field";
import { RunLinks } from "./run-links";

/** The JSON of a form and its fault in words. */
function useObject(text: string) {
  const a = useText("admin", admin);
  const read = readObject(text);
  if ("value" in read) return { value: read.value, error: null };
  const error = read.problem === "json" ? a("json", { detail: read.detail }) : a("jsonObject");
  return { value: undefined, error };
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export function CreateEvent({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText("assets", en);
  const c = useText("common", common);
  const [extra, setExtra] = useState("");
  const [partition, setPartition] = useState("");
  // The same for every attempt to send this form, so that a lost answer makes no second event.
  const [key] = useState(randomId);
  const create = useCreateAssetEvent();
  const { value, error } = useObject(extra);
  const body = {
    asset_id: asset.id,
    ...(value ? { extra: value } : {}),
    ...(partition.trim() ? { partition_key: partition.trim() } : {}),
  };
  const runs = create.data?.created_dagruns ?? [];
  return (
    <Dialog title={t("createTitle", { name: asset.name })} onClose={onClose}>
      {create.data ? (
        <div className="flex flex-col gap-3">
          <p role="status">{runs.length > 0 ? t("eventMade") : t("eventNoRuns")}</p>
          <RunLinks runs={runs} />
          <button type="button" className="button button-primary self-end" onClick={onClose}>
            {c("close")}
          </button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ body, key });
          }}
        >
          <p>{t("createText")}</p>
          <AreaField
            label={t("extra")}
            hint={t("extraHint")}
            error={error}
            value={extra}
            onChange={setExtra}
          />
          <TextField
            label={t("partition")}
            hint={t("partitionHint")}
            value={partition}
            maxLength={250}
            onChange={setPartition}
          />
          <Cli
            lines={`weft assets emit ${shellQuoted(asset.uri)}${value ? ` --extra ${shellQuoted(JSON.stringify(value))}` : ""}${partition ? ` --partition ${shellQuoted(partition)}` : ""}`}
          />
          <FormEnd
            call={{ method: "POST", path: "/api/v2/assets/events", body }}
            change={create}
            blocked={error !== null}
            submit={t("createEvent")}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

export function Materialize({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText("assets", en);
  const c = useText("common", common);
  const [conf, setConf] = useState("");
  const [key] = useState(randomId);
  const start = useMaterialize(asset.id);
  const { value, error } = useObject(conf);
  const dags = [...new Set(asset.producing_tasks.map(({ dag_id }) => dag_id))];
  const [dagId, ...others] = dags;
  return (
    <Dialog title={t("materializeTitle", { name: asset.name })} onClose={onClose}>
      {start.data ? (
        <div className="flex flex-col gap-3">
          <p role="status">
            {t("started")}{" "}
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId: start.data.dag_id, runId: start.data.dag_run_id }}
              className="link break-all"
            >
              {start.data.dag_id} / {start.data.dag_run_id}
            </Link>
          </p>
          <button type="button" className="button button-primary self-end" onClick={onClose}>
            {c("close")}
          </button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate({ conf: value, key });
          }}
        >
          <p>
            {others.length > 0
              ? t("materializeMany", { dags: dags.join(", ") })
              : t("materializeText", { dag: dagId ?? "" })}
          </p>
          <AreaField
            label={t("conf")}
            hint={t("confHint")}
            error={error}
            value={conf}
            onChange={setConf}
          />
          <Cli lines={`weft assets materialize ${shellQuoted(asset.uri)}`} />
          <FormEnd
            call={{
              method: "POST",
              path: `/api/v2/assets/${asset.id}/materialize`,
              body: value ? { conf: value } : {},
            }}
            change={start}
            blocked={error !== null || others.length > 0}
            submit={t("materialize")}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}
