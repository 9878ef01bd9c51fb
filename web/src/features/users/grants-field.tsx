import { users as en } from "@/i18n/en/users";
import { useText } from "@/i18n/text";
import type { GrantRow } from "@/lib/grants";
import { RoleSelect } from "./role-select";

/** A row per grant: which role, over what. */
export function Grants({
  rows,
  onChange,
}: {
  rows: readonly GrantRow[];
  onChange: (rows: GrantRow[]) => void;
}) {
  const t = useText("users", en);
  const put = (index: number, change: Partial<GrantRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-semibold">{t("grants")}</legend>
      {rows.map((row, index) => {
        const number = index + 1;
        return (
          <div key={number} className="flex flex-wrap items-center gap-1">
            <RoleSelect
              aria-label={t("grantRole", { number })}
              value={row.role}
              onChange={(role) => put(index, { role: role ?? "viewer" })}
            />
            <select
              aria-label={t("grantKind", { number })}
              className="field"
              value={row.kind}
              onChange={({ target }) =>
                put(index, { kind: target.value === "tag" ? "tag" : "dag" })
              }
            >
              <option value="dag">{t("kindDag")}</option>
              <option value="tag">{t("kindTag")}</option>
            </select>
            <input
              aria-label={t("grantId", { number })}
              className="field min-w-32 flex-1"
              value={row.id}
              maxLength={250}
              onChange={({ target }) => put(index, { id: target.value })}
            />
            <button
              type="button"
              className="button"
              aria-label={t("removeGrant", { number })}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            >
              ×
            </button>
          </div>
        );
      })}
      <button
        type="button"
        className="button self-start"
        onClick={() => onChange([...rows, { role: "viewer", kind: "dag", id: "" }])}
      >
        {t("addGrant")}
      </button>
    </fieldset>
  );
}
