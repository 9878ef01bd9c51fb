import { common as en } from "@/i18n/en/common";
import { useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import { type Call, curlOf } from "@/lib/curl";
import { useCopy } from "@/lib/use-copy";

/** Beside every action: the same as a command. `call.path` is without the base path. */
export function CopyCurl({ call }: { call: Call }) {
  const t = useText("common", en);
  const text = curlOf({ ...call, path: basePath + call.path }, window.location.origin);
  const [state, copy] = useCopy(text);
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-1">
      <button type="button" className="button" title={text} onClick={copy}>
        {t("copyCurl")}
      </button>
      <span role="status" className="text-muted">
        {state === "copied" ? t("copied") : ""}
        {state === "failed" ? t("copyFailed") : ""}
      </span>
      {state === "failed" ? <code className="text-xs break-all">{text}</code> : null}
    </span>
  );
}
