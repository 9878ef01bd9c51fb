import { useState } from "react";
import { common as en } from "@/i18n/en/common";
import { useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import { type Call, curlOf } from "@/lib/curl";

/** Beside every action: the same as a command. `call.path` is without the base path. */
export function CopyCurl({ call }: { call: Call }) {
  const t = useText("common", en);
  const [state, setState] = useState<"" | "copied" | "failed">("");
  const text = curlOf({ ...call, path: basePath + call.path }, window.location.origin);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("failed"); // no clipboard without https, but on loopback
    }
  };
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-1">
      <button type="button" className="button" title={text} onClick={() => void copy()}>
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
