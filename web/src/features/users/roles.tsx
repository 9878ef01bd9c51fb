import { users as en } from "@/i18n/en/users";
import { useText } from "@/i18n/text";
import { ROLES } from "@/lib/grants";

/** The roles in words, the least first. */
export function Roles() {
  const t = useText("users", en);
  return (
    <section aria-label={t("roles")} className="panel mt-3 p-3">
      <h2 className="font-semibold">{t("roles")}</h2>
      <p className="my-1 text-muted">{t("rolesText")}</p>
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[max-content_1fr]">
        {ROLES.map((role) => (
          <div key={role} className="contents">
            <dt className="font-mono font-semibold">{role}</dt>
            <dd>{t(role)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
