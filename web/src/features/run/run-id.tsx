import { useState } from "react";
import { common } from "@/i18n/en/common";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";

/** The run's ID, for the command line. */
export function RunId({ id }: { id: string }) {
  const t = useText("run", en);
  const c = useText("common", common);
  const [state, setState] = useState<"" | "copied" | "idNotCopied">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id);
      setState("copied");
    } catch {
      setState("idNotCopied"); // no clipboard without https, but on loopback
    }
  };
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-mono text-xs break-all text-muted">{id}</span>
      <button type="button" className="link text-xs" onClick={() => void copy()}>
        {t("copyId")}
      </button>
      <span role="status" className="text-xs text-muted">
        {state === "" ? "" : state === "copied" ? c("copied") : t("idNotCopied")}
      </span>
    </p>
  );
}
