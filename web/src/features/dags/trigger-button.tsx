import { lazy, Suspense, useState } from "react";
import { GuardedButton } from "@/components/guarded-button";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";

const TriggerDialog = lazy(async () => ({
  default: (await import("./trigger-dialog")).TriggerDialog,
}));

export function TriggerButton({
  dagId,
  tags = [],
  primary = false,
}: {
  dagId: string;
  tags?: readonly string[];
  primary?: boolean;
}) {
  const t = useText("dags", en);
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton
        needs="operator"
        over={{ dagId, tags }}
        className={primary ? "button-primary" : ""}
        label={t("triggerDag", { dag: dagId })}
        onClick={() => setOpen(true)}
      >
        {t("trigger")}
      </GuardedButton>
      {open ? (
        <Suspense>
          <TriggerDialog dagId={dagId} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
