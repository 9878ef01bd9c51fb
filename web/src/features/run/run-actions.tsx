import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useCancelRun } from "@/api/actions";
import { runPath, useDeleteRun } from "@/api/run-actions";
import type { DagRun } from "@/api/types";
import { GuardedButton } from "@/components/guarded-button";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import type { Call } from "@/lib/curl";
import { isFinished } from "@/lib/states";
import { ConfirmDialog } from "./confirm-dialog";
import { useOver } from "./use-over";

// Dialogs are opened seldom, and the page is to be there at once.
const ClearRunDialog = lazy(async () => ({
  default: (await import("./clear-run-dialog")).ClearRunDialog,
}));
const MarkRunDialog = lazy(async () => ({
  default: (await import("./mark-run-dialog")).MarkRunDialog,
}));
const TriggerDialog = lazy(async () => ({
  default: (await import("@/features/dags/trigger-dialog")).TriggerDialog,
}));

type Asked = "cancel" | "delete";
type Open = Asked | "clear" | "rerun" | "success" | "failed";

const WORDS = {
  cancel: { button: "cancelRun", title: "cancelTitle", text: "cancelText" },
  delete: { button: "delete", title: "deleteTitle", text: "deleteText" },
} as const satisfies Record<Asked, Record<string, keyof typeof en>>;

export function RunActions({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const over = useOver(run.dag_id);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const button = (action: Open, text: string, className = "") => (
    <GuardedButton
      key={action}
      needs="operator"
      over={over}
      className={className}
      onClick={() => setOpen(action)}
    >
      {text}
    </GuardedButton>
  );
  const isOver = isFinished(run.state);
  return (
    <div className="flex flex-wrap gap-2">
      {isOver ? null : button("cancel", t("cancelRun"), "button-danger")}
      {button("clear", t("clearRun"))}
      {run.state === "success" ? null : button("success", t("markRunSuccess"))}
      {run.state === "failed" ? null : button("failed", t("markRunFailed"))}
      {button("rerun", t("rerun"))}
      {isOver ? button("delete", t("delete")) : null}
      <Suspense fallback={null}>
        {open === "clear" ? <ClearRunDialog run={run} onClose={close} /> : null}
        {open === "success" || open === "failed" ? (
          <MarkRunDialog run={run} to={open} onClose={close} />
        ) : null}
        {open === "rerun" ? (
          <TriggerDialog dagId={run.dag_id} conf={run.conf ?? {}} onClose={close} />
        ) : null}
      </Suspense>
      {open === "cancel" || open === "delete" ? (
        <Confirm run={run} action={open} onClose={close} />
      ) : null}
    </div>
  );
}

function Confirm({ run, action, onClose }: { run: DagRun; action: Asked; onClose: () => void }) {
  const t = useText("run", en);
  const navigate = useNavigate();
  const name = { dagId: run.dag_id, runId: run.dag_run_id };
  const cancel = useCancelRun(run.dag_id, run.dag_run_id);
  const remove = useDeleteRun(name);
  const path = runPath(name.dagId, name.runId);
  const call: Call =
    action === "cancel" ? { method: "POST", path: `${path}/cancel` } : { method: "DELETE", path };
  const submit = () => {
    if (action === "cancel") cancel.mutate(undefined, { onSuccess: onClose });
    else
      remove.mutate(undefined, {
        onSuccess: () => void navigate({ to: "/dags/$dagId", params: { dagId: run.dag_id } }),
      });
  };
  return (
    <ConfirmDialog
      title={t(WORDS[action].title)}
      text={t(WORDS[action].text)}
      name={run.dag_run_id}
      submit={t(WORDS[action].button)}
      dagId={run.dag_id}
      call={call}
      error={cancel.error ?? remove.error}
      isPending={cancel.isPending || remove.isPending}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
