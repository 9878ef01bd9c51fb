import { useState } from "react";
import { markCall, previewMark, useMark } from "@/api/run-actions";
import type { InstanceKey } from "@/api/task-queries";
import type { MarkBody } from "@/api/types";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { stateLabel } from "@/lib/states";
import { instanceName } from "@/lib/tasks";
import { Choice, EditDialog } from "./edit-dialog";

const MARKS = ["success", "failed", "skipped"] as const;
export type Mark = (typeof MARKS)[number];
const BUTTONS = { success: "markSuccess", failed: "markFailed", skipped: "markSkipped" } as const;

const OPTIONS = {
  include_downstream: "downstream",
  include_upstream: "upstream",
  include_future: "future",
  include_past: "past",
} as const satisfies Partial<Record<keyof MarkBody, keyof typeof en>>;
type Option = keyof typeof OPTIONS;

export function MarkTaskDialog({
  instance,
  initial = "success",
  onClose,
}: {
  instance: InstanceKey;
  initial?: Mark;
  onClose: () => void;
}) {
  const t = useText("run", en);
  const [all, setAll] = useState(false);
  const [mark, setMark] = useState<Mark>(initial);
  const [chosen, setChosen] = useState<Record<Option, boolean>>({
    include_downstream: false,
    include_upstream: false,
    include_future: false,
    include_past: false,
  });
  const body: MarkBody = { new_state: mark, ...chosen };
  const target = { ...instance, all };
  const mutation = useMark(target);
  return (
    <EditDialog
      title={t("markTitle", { name: instanceName(instance.taskId, all ? -1 : instance.mapIndex) })}
      text={t("markText")}
      dagId={instance.dagId}
      body={body}
      preview={{
        key: ["mark", target, body],
        ask: (signal) => previewMark(target, body, signal),
      }}
      call={markCall(target, body)}
      submit={t(BUTTONS[mark])}
      mutation={mutation}
      onClose={onClose}
    >
      <div role="radiogroup" aria-label={t("state")} className="flex flex-wrap gap-x-4">
        {MARKS.map((name) => (
          <label key={name} className="flex items-center gap-1.5">
            <input
              type="radio"
              name="mark"
              checked={mark === name}
              onChange={() => setMark(name)}
            />
            {stateLabel(name)}
          </label>
        ))}
      </div>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {instance.mapIndex >= 0 ? (
          <Choice label={t("allInstances")} checked={all} onChange={setAll} />
        ) : null}
        {(Object.keys(OPTIONS) as Option[]).map((name) => (
          <Choice
            key={name}
            label={t(OPTIONS[name])}
            checked={chosen[name]}
            onChange={(on) => setChosen({ ...chosen, [name]: on })}
          />
        ))}
      </div>
    </EditDialog>
  );
}
