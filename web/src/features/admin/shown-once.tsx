import type { ReactNode } from "react";
import { tokens as en } from "@/i18n/en/tokens";
import { useText } from "@/i18n/text";
import { useCopy } from "@/lib/use-copy";

/** A secret that is there this once, to be copied; `children` say what to do with it. */
export function ShownOnce({
  text,
  copy: label,
  onClose,
  children,
}: {
  text: string;
  copy: string;
  onClose: () => void;
  children?: ReactNode;
}) {
  const t = useText("tokens", en);
  const [state, copy] = useCopy(text);
  return (
    <>
      <output className="rounded border border-line bg-raised p-2 font-mono break-all whitespace-pre-wrap select-all">
        {text}
      </output>
      {children}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span role="status" className="text-muted">
          {state === "" ? "" : t(state === "copied" ? "copied" : "copyFailed")}
        </span>
        <button type="button" className="button" onClick={copy}>
          {label}
        </button>
        <button type="button" className="button button-primary" onClick={onClose}>
          {t("done")}
        </button>
      </div>
    </>
  );
}
