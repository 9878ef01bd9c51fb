import { lazy, Suspense, useState } from "react";
import { useMay } from "@/api/rights";
import { common } from "@/i18n/en/common";
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
  const c = useText("common", common);
  const may = useMay("operator", { dagId, tags });
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={`button ${primary ? "button-primary" : ""}`}
        aria-label={t("triggerDag", { dag: dagId })}
        title={may ? undefined : c("needsRole", { role: "operator" })}
        disabled={!may}
        onClick={() => setOpen(true)}
      >
        {t("trigger")}
      </button>
      {open ? (
        <Suspense>
          <TriggerDialog dagId={dagId} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
