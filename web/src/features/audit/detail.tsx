import type { audit as en } from "@/i18n/en/audit";
import type { Text } from "@/i18n/text";
import type { ChangedField, Detail as Read } from "@/lib/change";

/** A choice that was not made. */
const DULL = new Set(["null", "false", "[]", ""]);
/** These stand in columns of their own. */
const TOLD = new Set(["action", "dag_id", "run_id", "task_id"]);

/** What an entry says: a change side by side, or facts; open on demand, so that the list is short. */
export function Detail({ detail, t }: { detail: Read; t: Text<typeof en> }) {
  if (detail.kind === "none") return null;
  if (detail.kind === "text") return <span className="break-words">{detail.text}</span>;
  if (detail.kind === "facts") {
    return (
      <details>
        <summary className="truncate text-muted">
          {detail.facts
            .filter(([name, value]) => !DULL.has(value) && !TOLD.has(name))
            .map(([name, value]) => `${name}: ${value}`)
            .join(", ")}
        </summary>
        <dl className="mt-1 grid grid-cols-[max-content_1fr] gap-x-3 font-mono text-xs">
          {detail.facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    );
  }
  const changed = detail.fields.filter((field) => field.changed);
  const same = detail.fields.length - changed.length;
  return (
    <details>
      <summary>
        {detail.subject} <span className="text-muted">{t(detail.what)}</span>
        {detail.what === "changed" ? (
          <span className="text-muted">
            : {changed.map(({ name }) => name).join(", ") || t("hidden")}
          </span>
        ) : null}
      </summary>
      {changed.length > 0 ? <Sides fields={changed} t={t} /> : null}
      {same > 0 ? <p className="mt-1 text-muted">{t("sameFields", { count: same })}</p> : null}
    </details>
  );
}

function Sides({ fields, t }: { fields: readonly ChangedField[]; t: Text<typeof en> }) {
  return (
    <table className="mt-1 w-full font-mono text-xs">
      <thead>
        <tr className="text-left text-muted">
          <th scope="col" className="pr-3">
            {t("field")}
          </th>
          <th scope="col" className="pr-3">
            {t("was")}
          </th>
          <th scope="col">{t("is")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, before, after }) => (
          <tr key={name} className="align-top">
            <th scope="row" className="pr-3 text-left font-normal">
              {name}
            </th>
            <td className="pr-3 break-all">
              {before === undefined ? "–" : <del className="bg-bad-panel">{before}</del>}
            </td>
            <td className="break-all">
              {after === undefined ? "–" : <ins className="bg-raised no-underline">{after}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
