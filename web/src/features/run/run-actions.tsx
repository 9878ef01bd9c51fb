import { useState } from "react";
import { useCancelRun, usePatchRun } from "@/api/actions";
import type { DagRun } from "@/api/types";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { isFinished } from "@/lib/states";

type Action = "cancel" | "success" | "failed";

const WORDS: Record<Action, { button: string; title: string; text: string }> = {
  cancel: {
    button: "Cancel run",
    title: "Cancel this run?",
    text: "Running tasks are stopped and fail as cancelled; what has not started is skipped. The run fails.",
  },
  success: {
    button: "Mark as success",
    title: "Mark this run as success?",
    text: "Running tasks are stopped; the run and its unfinished tasks become Success.",
  },
  failed: {
    button: "Mark as failed",
    title: "Mark this run as failed?",
    text: "Running tasks are stopped and fail; what has not started is skipped.",
  },
};

export function RunActions({ run }: { run: DagRun }) {
  const [asked, setAsked] = useState<Action | null>(null);
  const offered: Action[] = [];
  if (!isFinished(run.state)) offered.push("cancel");
  if (run.state !== "success") offered.push("success");
  if (run.state !== "failed") offered.push("failed");
  return (
    <div className="flex flex-wrap gap-2">
      {offered.map((action) => (
        <button
          key={action}
          type="button"
          className={`button ${action === "cancel" ? "button-danger" : ""}`}
          onClick={() => setAsked(action)}
        >
          {WORDS[action].button}
        </button>
      ))}
      {asked ? <Confirm run={run} action={asked} onClose={() => setAsked(null)} /> : null}
    </div>
  );
}

function Confirm({ run, action, onClose }: { run: DagRun; action: Action; onClose: () => void }) {
  const cancel = useCancelRun(run.dag_id, run.dag_run_id);
  const patch = usePatchRun(run.dag_id, run.dag_run_id);
  const pending = cancel.isPending || patch.isPending;
  const words = WORDS[action];
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p className="mb-2">{words.text}</p>
      <p className="mb-3 font-mono text-xs break-all">{run.dag_run_id}</p>
      <ActionError error={cancel.error ?? patch.error} />
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={pending}
          onClick={() => {
            if (action === "cancel") cancel.mutate(undefined, { onSuccess: onClose });
            else patch.mutate({ state: action }, { onSuccess: onClose });
          }}
        >
          {words.button}
        </button>
      </div>
    </Dialog>
  );
}
