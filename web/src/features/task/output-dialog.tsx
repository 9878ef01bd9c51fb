import { useId, useState } from "react";
import { outputCall, useEditOutput } from "@/api/run-actions";
import type { InstanceKey } from "@/api/task-queries";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { common as commonEn } from "@/i18n/en/common";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import type { OutputChange } from "./outputs";

const TITLES = { add: "addTitle", correct: "correctTitle", remove: "removeTitle" } as const;

/** Writes an output by hand: so that a run can go on without a task that failed. */
export function OutputDialog({
  instance,
  change,
  onClose,
}: {
  instance: InstanceKey;
  change: OutputChange;
  onClose: () => void;
}) {
  const t = useText("task", en);
  const common = useText("common", commonEn);
  const id = useId();
  const [name, setName] = useState(change.name);
  const [text, setText] = useState(() => JSON.stringify(change.value, null, 2));
  const edit = useEditOutput(instance);
  const { kind } = change;
  const parsed = read(text);
  const input = {
    name,
    value: kind === "remove" || "error" in parsed ? undefined : parsed.value,
    isNew: kind === "add",
  };
  const isBad = kind !== "remove" && ("error" in parsed || name.trim() === "");
  return (
    <Dialog title={t(TITLES[kind], { name })} onClose={onClose}>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBad) edit.mutate(input, { onSuccess: onClose });
        }}
      >
        <p>{t(kind === "remove" ? "removeText" : "correctText")}</p>
        {kind === "add" ? (
          <label className="flex flex-col gap-1">
            {t("key")}
            <input
              className="field"
              maxLength={250}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
        ) : null}
        {kind === "remove" ? null : (
          <>
            <label htmlFor={id}>{t("json")}</label>
            <textarea
              id={id}
              className="field min-h-40 font-mono text-xs"
              spellCheck={false}
              aria-invalid={"error" in parsed}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            {"error" in parsed ? (
              <p className="text-bad">{t("badJson", { reason: parsed.error })}</p>
            ) : null}
          </>
        )}
        <ActionError error={edit.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <CopyCurl call={outputCall(instance, input)} />
          <button type="button" className="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <button
            type="submit"
            className="button button-primary"
            disabled={isBad || edit.isPending}
          >
            {t(kind === "remove" ? "remove" : "save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function read(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "" };
  }
}
