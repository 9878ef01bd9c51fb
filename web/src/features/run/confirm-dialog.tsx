import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import type { Call } from "@/lib/curl";
import { useOver } from "./use-over";

/** Asks before something is ended or goes away. */
export function ConfirmDialog({
  title,
  text,
  name,
  submit,
  dagId,
  call,
  error,
  isPending,
  onSubmit,
  onClose,
}: {
  title: string;
  text: string;
  /** What it is about, by its id. */
  name: string;
  submit: string;
  dagId: string;
  call: Call;
  error: unknown;
  isPending: boolean;
  onSubmit: () => void;
  onClose: () => void;
}) {
  const t = useText("run", en);
  const over = useOver(dagId);
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mb-2">{text}</p>
      <p className="mb-3 font-mono text-xs break-all">{name}</p>
      <ActionError error={error} />
      <div className="flex flex-wrap justify-end gap-2">
        <CopyCurl call={call} />
        <button type="button" className="button" onClick={onClose}>
          {t("leave")}
        </button>
        <GuardedButton
          needs="operator"
          over={over}
          className="button-primary"
          disabled={isPending}
          onClick={onSubmit}
        >
          {submit}
        </GuardedButton>
      </div>
    </Dialog>
  );
}
