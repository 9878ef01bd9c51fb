import { useState } from "react";
import { type BackfillAction, backfillPath, useBackfillAction } from "@/api/backfill-actions";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { backfills as en } from "@/i18n/en/backfills";
import { common as commonEn } from "@/i18n/en/common";
import { useText } from "@/i18n/text";
import type { Backfill } from "@/lib/dag/backfill";

/** Pause, go on, cancel: as long as there is something left to do. */
export function BackfillActions({ backfill, may }: { backfill: Backfill; may: boolean }) {
  const t = useText("backfills", en);
  const c = useText("common", commonEn);
  const change = useBackfillAction(backfill.id);
  const [asking, setAsking] = useState(false);
  if (backfill.state !== "running" && backfill.state !== "paused") return null;
  const next: BackfillAction = backfill.state === "paused" ? "unpause" : "pause";
  const title = may ? undefined : c("needsRole", { role: "operator" });
  return (
    <div className="flex flex-wrap items-center justify-end gap-1">
      <button
        type="button"
        className="button"
        disabled={!may || change.isPending}
        title={title}
        onClick={() => change.mutate({ action: next })}
      >
        {t(next === "pause" ? "pause" : "resume")}
      </button>
      <CopyCurl call={{ method: "PUT", path: backfillPath(backfill.id, next) }} />
      <button
        type="button"
        className="button button-danger"
        disabled={!may || change.isPending}
        title={title}
        onClick={() => setAsking(true)}
      >
        {t("cancel")}
      </button>
      <ActionError error={change.error} />
      {asking ? (
        <CancelDialog
          id={backfill.id}
          pending={change.isPending}
          error={change.error}
          onCancel={(cancelRunning) =>
            change.mutate(
              { action: "cancel", cancelRunning },
              { onSuccess: () => setAsking(false) },
            )
          }
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}

function CancelDialog({
  id,
  pending,
  error,
  onCancel,
  onClose,
}: {
  id: number;
  pending: boolean;
  error: unknown;
  onCancel: (cancelRunning: boolean) => void;
  onClose: () => void;
}) {
  const t = useText("backfills", en);
  const [running, setRunning] = useState(false);
  return (
    <Dialog title={t("cancelConfirm", { id })} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p>{t("cancelNote")}</p>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={running}
            onChange={(event) => setRunning(event.target.checked)}
          />
          {t("cancelRunning")}
        </label>
        <ActionError error={error} />
        <div className="flex flex-wrap items-center justify-end gap-2">
          <CopyCurl call={{ method: "PUT", path: backfillPath(id, "cancel", running) }} />
          <button type="button" className="button" onClick={onClose}>
            {t("close")}
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={pending}
            onClick={() => onCancel(running)}
          >
            {t("cancel")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
