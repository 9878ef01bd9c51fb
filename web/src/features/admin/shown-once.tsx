import { type ReactNode, useState } from "react";
import { tokens as en } from "@/i18n/en/tokens";
import { useText } from "@/i18n/text";

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
  const [state, setState] = useState<"" | "copied" | "copyFailed">("");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("copyFailed"), // no clipboard without https, but on loopback
    );
  return (
    <>
      <output className="rounded border border-line bg-raised p-2 font-mono break-all whitespace-pre-wrap select-all">
        {text}
      </output>
      {children}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span role="status" className="text-muted">
          {state ? t(state) : ""}
        </span>
        <button type="button" className="button" onClick={() => void copy()}>
          {label}
        </button>
        <button type="button" className="button button-primary" onClick={onClose}>
          {t("done")}
        </button>
      </div>
    </>
  );
}
