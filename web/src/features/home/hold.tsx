import { lazy, Suspense, useEffect, useState } from "react";
import { useMay } from "@/api/rights";
import { Instant } from "@/components/time";
import { common } from "@/i18n/en/common";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { held, loadHeld } from "@/lib/held";
import { useStore } from "@/lib/store";

const HoldDialog = lazy(() => import("./hold-dialog"));

/** The handle that stops everything, and lets it go on. */
export function Hold() {
  const t = useText("home", en);
  const c = useText("common", common);
  const may = useMay("operator");
  const here = useStore(held);
  const [open, setOpen] = useState<"hold" | "resume" | "forget" | null>(null);
  useEffect(loadHeld, []);
  const reason = may ? undefined : c("needsRole", { role: "operator" });
  return (
    <>
      {here ? (
        <span className="flex flex-wrap items-center gap-2 rounded border border-line bg-warn-panel px-2 py-1">
          <span>
            {t("held", { count: here.dagIds.length })} <Instant at={here.at} />
          </span>
          <button
            type="button"
            className="button button-primary"
            disabled={!may}
            title={reason}
            onClick={() => setOpen("resume")}
          >
            {t("resume")}
          </button>
          <button type="button" className="button" onClick={() => setOpen("forget")}>
            {t("forgetAsk")}
          </button>
        </span>
      ) : null}
      <button
        type="button"
        className="button button-danger"
        disabled={!may}
        title={reason}
        onClick={() => setOpen("hold")}
      >
        {t("hold")}
      </button>
      {open ? (
        <Suspense>
          <HoldDialog kind={open} onClose={() => setOpen(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
