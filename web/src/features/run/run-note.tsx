import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { usePatchRun } from "@/api/actions";
import { meQuery } from "@/api/rights";
import { runPath } from "@/api/run-actions";
import type { DagRun } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { Instant } from "@/components/time";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { acknowledgedNote, acknowledgement, noteText } from "@/lib/run-changes";
import { useOver } from "./use-over";

/** The note, and in its first line who has taken care of the run. */
export function RunNote({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const [editing, setEditing] = useState(false);
  const me = useQuery(meQuery());
  const over = useOver(run.dag_id);
  const patch = usePatchRun(run.dag_id, run.dag_run_id);
  const taken = acknowledgement(run.note);
  const rest = noteText(run.note);
  if (editing) return <NoteForm run={run} onClose={() => setEditing(false)} />;
  return (
    <div className="flex flex-wrap items-start gap-2">
      {taken ? (
        <p className="rounded bg-raised px-2 py-1">
          ✓ {t("acknowledged", { name: taken.by })} <Instant at={taken.at} relative />
        </p>
      ) : null}
      {rest ? (
        <p className="min-w-0 rounded bg-warn-panel px-2 py-1 break-words whitespace-pre-wrap">
          {rest}
        </p>
      ) : null}
      {run.state === "failed" && !taken ? (
        <GuardedButton
          needs="operator"
          over={over}
          disabled={patch.isPending || !me.data}
          onClick={() => {
            const by = me.data?.username;
            if (by) patch.mutate({ note: acknowledgedNote(run.note, by, new Date()) });
          }}
        >
          {t("acknowledge")}
        </GuardedButton>
      ) : null}
      <GuardedButton needs="operator" over={over} onClick={() => setEditing(true)}>
        {run.note ? t("editNote") : t("addNote")}
      </GuardedButton>
      <ActionError error={patch.error} />
    </div>
  );
}

function NoteForm({ run, onClose }: { run: DagRun; onClose: () => void }) {
  const t = useText("run", en);
  const id = useId();
  const [text, setText] = useState(run.note ?? "");
  const patch = usePatchRun(run.dag_id, run.dag_run_id);
  return (
    <form
      className="flex max-w-2xl flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        patch.mutate({ note: text }, { onSuccess: onClose });
      }}
    >
      <label htmlFor={id} className="font-semibold">
        {t("note")}
      </label>
      <textarea
        id={id}
        className="field min-h-16"
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ActionError error={patch.error} />
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button-primary" disabled={patch.isPending}>
          {t("saveNote")}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {t("discard")}
        </button>
        <CopyCurl
          call={{
            method: "PATCH",
            path: runPath(run.dag_id, run.dag_run_id),
            body: { note: text },
          }}
        />
      </div>
    </form>
  );
}
