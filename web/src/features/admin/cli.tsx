import { admin as en } from "@/i18n/en/admin";
import { useText } from "@/i18n/text";

/** The same from a terminal. */
export function Cli({ lines }: { lines: string }) {
  const t = useText("admin", en);
  return (
    <figure className="my-1 min-w-0">
      <figcaption className="text-xs text-muted">{t("cli")}</figcaption>
      <pre className="rounded border border-line bg-raised px-2 py-1 font-mono text-xs break-all whitespace-pre-wrap">
        {lines}
      </pre>
    </figure>
  );
}
