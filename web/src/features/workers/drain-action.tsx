import { useState } from "react";
import { useDrainWorker } from "@/api/admin-actions";
import { useMay } from "@/api/rights";
import type { Worker } from "@/api/types";
import { workers as en } from "@/i18n/en/workers";
import { useText } from "@/i18n/text";
import { orphanedQueues } from "@/lib/drained-queues";
import { Action, Confirm } from "../admin/action";

/** Takes a worker out of work, once it is confirmed, or back into it. */
export function DrainAction({ worker, all }: { worker: Worker; all: readonly Worker[] }) {
  const t = useText("workers", en);
  const may = useMay("operator");
  const [asking, setAsking] = useState(false);
  const change = useDrainWorker(worker.name);
  const { name, is_drained } = worker;
  const close = () => setAsking(false);
  const orphaned = is_drained ? [] : orphanedQueues(worker, all);
  const title = t(is_drained ? "undrainOf" : "drainOf", { name });
  return (
    <>
      <Action needs={may ? undefined : "operator"} label={title} onClick={() => setAsking(true)}>
        {t(is_drained ? "undrainIt" : "drainIt")}
      </Action>
      {asking ? (
        <Confirm
          title={title}
          call={{
            method: "PATCH",
            path: `/api/v2/workers/${encodeURIComponent(name)}`,
            body: { is_drained: !is_drained },
          }}
          cli={`weft workers ${is_drained ? "undrain" : "drain"} ${name}`}
          change={change}
          confirm={t(is_drained ? "undrainIt" : "drainIt")}
          onConfirm={() => change.mutate(!is_drained, { onSuccess: close })}
          onClose={close}
        >
          {is_drained ? null : <p>{t("drainWhat")}</p>}
          {orphaned.length > 0 ? (
            <p className="rounded bg-warn-panel px-2 py-1">
              {t("drainedAll", { queues: orphaned.join(", ") })}
            </p>
          ) : null}
        </Confirm>
      ) : null}
    </>
  );
}
