import { common } from "@/i18n/en/common";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { useCopy } from "@/lib/use-copy";

/** The run's ID, for the command line. */
export function RunId({ id }: { id: string }) {
  const t = useText("run", en);
  const c = useText("common", common);
  const [state, copy] = useCopy(id);
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-mono text-xs break-all text-muted">{id}</span>
      <button type="button" className="link text-xs" onClick={copy}>
        {t("copyId")}
      </button>
      <span role="status" className="text-xs text-muted">
        {state === "" ? "" : state === "copied" ? c("copied") : t("idNotCopied")}
      </span>
    </p>
  );
}
