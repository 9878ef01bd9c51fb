import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { meQuery } from "@/api/rights";
import { runPath } from "@/api/run-actions";
import { useSaveNote } from "@/api/run-note";
import type { DagRun } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { Instant } from "@/components/time";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { acknowledgedAt, acknowledgedNote, noteText, takenBy } from "@/lib/acknowledgement";
import { useOver } from "./use-over";

/** The note, and in its first line who has taken care of the run. */
export function RunNote({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const [editing, setEditing] = useState(false);
  const me = useQuery(meQuery());
  const over = useOver(run.dag_id);
  const save = useSaveNote();
  const taken = takenBy(run);
  const rest = noteText(run.note);
  if (editing) return <NoteForm run={run} onClose={() => setEditing(false)} />;
  return (
    <div className="flex flex-wrap items-start gap-2">
      {taken ? (
        <p className={`rounded px-2 py-1 ${taken.isOld ? "text-muted" : "bg-raised"}`}>
          {taken.isOld
            ? t("acknowledgedBefore", { name: taken.by })
            : `✓ ${t("acknowledged", { name: taken.by })}`}{" "}
          <Instant at={taken.at} relative />
        </p>
      ) : null}
      {rest ? (
        <p className="min-w-0 rounded bg-warn-panel px-2 py-1 break-words whitespace-pre-wrap">
          {rest}
        </p>
      ) : null}
      {run.state === "failed" && (taken?.isOld ?? true) ? (
        <GuardedButton
          needs="operator"
          over={over}
          disabled={save.isPending || !me.data}
          onClick={() => {
            const by = me.data?.username;
            const at = acknowledgedAt(run, Date.now());
            if (by) save.mutate({ shown: run, note: acknowledgedNote(run.note, by, at) });
          }}
        >
          {t("acknowledge")}
        </GuardedButton>
      ) : null}
      <GuardedButton needs="operator" over={over} onClick={() => setEditing(true)}>
        {run.note ? t("editNote") : t("addNote")}
      </GuardedButton>
      <ActionError error={save.error} />
    </div>
  );
}

function NoteForm({ run, onClose }: { run: DagRun; onClose: () => void }) {
  const t = useText("run", en);
  const id = useId();
  // As it was when the form opened: the run is read again meanwhile.
  const [shown] = useState(run);
  const [text, setText] = useState(run.note ?? "");
  const save = useSaveNote();
  return (
    <form
      className="flex max-w-2xl flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ shown, note: text }, { onSuccess: onClose });
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
      <ActionError error={save.error} />
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button-primary" disabled={save.isPending}>
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
