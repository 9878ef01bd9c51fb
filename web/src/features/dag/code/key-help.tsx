import { dagCode as en } from "@/i18n/en/dagCode";
import { useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import type { KeyHelp } from "@/lib/dag/dag-schema";
import { pathOf } from "@/lib/dag/jsonc";

/** What the chosen key means, by the schema of DAG files. */
export function KeyHelpPanel({
  pointer,
  help,
  known,
  onClose,
}: {
  pointer: string | undefined;
  help: KeyHelp | null;
  /** Is the schema there? */
  known: boolean;
  onClose: () => void;
}) {
  const t = useText("dagCode", en);
  if (!pointer) {
    return <p className="w-72 shrink-0 p-2 text-muted max-lg:w-auto">{t("helpHint")}</p>;
  }
  const key = pathOf(pointer);
  return (
    <section
      aria-label={t("helpOf", { key })}
      aria-live="polite"
      className="panel w-80 shrink-0 p-3 max-lg:w-auto"
    >
      <div className="mb-1 flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-mono font-semibold break-all">{key}</h2>
        <button type="button" className="button" onClick={onClose}>
          {t("helpClose")}
        </button>
      </div>
      {help ? <Help help={help} /> : known ? <p className="text-bad">{t("helpUnknown")}</p> : null}
      <p className="mt-2">
        <a
          className="link"
          href={`${basePath}/schemas/dag/v1.json`}
          target="_blank"
          rel="noreferrer"
        >
          {t("schemaLink")}
        </a>
      </p>
    </section>
  );
}

function Help({ help }: { help: KeyHelp }) {
  const t = useText("dagCode", en);
  const facts = [
    [t("type"), help.type],
    [t("choices"), help.choices.join(", ")],
    [t("default"), help.fallback ?? ""],
    [t("limits"), help.limits.join(", ")],
  ] as const;
  return (
    <>
      {help.description ? <p className="mb-2">{help.description}</p> : null}
      <dl className="flex flex-col gap-1">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt className="inline text-muted">{name} </dt>
              <dd className="inline font-mono break-words">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </>
  );
}
