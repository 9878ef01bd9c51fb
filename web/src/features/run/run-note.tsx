import { useId, useState } from "react";
import { usePatchRun } from "@/api/actions";
import type { DagRun } from "@/api/types";
import { ActionError } from "@/components/feedback";

export function RunNote({ run }: { run: DagRun }) {
  const [editing, setEditing] = useState(false);
  if (editing) return <NoteForm run={run} onClose={() => setEditing(false)} />;
  return (
    <div className="flex flex-wrap items-start gap-2">
      {run.note ? (
        <p className="min-w-0 rounded bg-warn-panel px-2 py-1 break-words whitespace-pre-wrap">
          {run.note}
        </p>
      ) : null}
      <button type="button" className="button" onClick={() => setEditing(true)}>
        {run.note ? "Edit note" : "Add a note"}
      </button>
    </div>
  );
}

function NoteForm({ run, onClose }: { run: DagRun; onClose: () => void }) {
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
        Note
      </label>
      <textarea
        id={id}
        className="field min-h-16"
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ActionError error={patch.error} />
      <div className="flex gap-2">
        <button type="submit" className="button button-primary" disabled={patch.isPending}>
          Save note
        </button>
        <button type="button" className="button" onClick={onClose}>
          Discard
        </button>
      </div>
    </form>
  );
}
