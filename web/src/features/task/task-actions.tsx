import { lazy, Suspense, useState } from "react";
import type { InstanceKey } from "@/api/task-queries";
import { GuardedButton } from "@/components/guarded-button";
import { useOver } from "@/features/run/use-over";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { type AnyState, isFinished } from "@/lib/states";

const ClearTaskDialog = lazy(async () => ({
  default: (await import("@/features/run/clear-task-dialog")).ClearTaskDialog,
}));
const MarkTaskDialog = lazy(async () => ({
  default: (await import("@/features/run/mark-task-dialog")).MarkTaskDialog,
}));
const CancelTaskDialog = lazy(async () => ({
  default: (await import("@/features/run/cancel-task-dialog")).CancelTaskDialog,
}));

export function TaskActions({ instance, state }: { instance: InstanceKey; state: AnyState }) {
  const t = useText("task", en);
  const over = useOver(instance.dagId);
  const [open, setOpen] = useState<"clear" | "mark" | "cancel" | null>(null);
  const close = () => setOpen(null);
  const button = (action: "clear" | "mark" | "cancel", className = "") => (
    <GuardedButton
      needs="operator"
      over={over}
      className={className}
      onClick={() => setOpen(action)}
    >
      {t(action)}
    </GuardedButton>
  );
  return (
    <div className="flex flex-wrap gap-2">
      {button("clear")}
      {button("mark")}
      {isFinished(state) ? null : button("cancel", "button-danger")}
      <Suspense fallback={null}>
        {open === "clear" ? <ClearTaskDialog instance={instance} onClose={close} /> : null}
        {open === "mark" ? <MarkTaskDialog instance={instance} onClose={close} /> : null}
        {open === "cancel" ? <CancelTaskDialog instance={instance} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
