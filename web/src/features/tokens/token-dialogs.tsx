import { useState } from "react";
import type { Token } from "@/api/admin";
import { type TokenBody, useCreateToken, useDeleteToken } from "@/api/admin-actions";
import type { Role } from "@/api/rights";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { tokens as en } from "@/i18n/en/tokens";
import { useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import { Confirm, FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { Field, TextField } from "../admin/field";
import { ShownOnce } from "../admin/shown-once";
import { RoleSelect } from "../users/role-select";

const LIVES = [1, 7, 30, 90, 365] as const;
const DAY_MS = 86_400_000;

/** Makes a token and shows it, this once. */
export function TokenForm({ onClose }: { onClose: () => void }) {
  const t = useText("tokens", en);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role | null>(null);
  const [days, setDays] = useState<number | null>(90);
  const create = useCreateToken();
  const bodyAt = (now: number): TokenBody => ({
    name: name.trim(),
    role,
    expires_at: days === null ? null : new Date(now + days * DAY_MS).toISOString(),
  });
  if (create.data) {
    return (
      <Dialog title={t("newTitle")} onClose={onClose}>
        <div className="flex flex-col gap-3">
          <p>{t("shownOnce")}</p>
          <ShownOnce text={create.data.token} copy={t("copyIt")} onClose={onClose}>
            <p className="text-muted">{t("use")}</p>
            <Cli
              lines={`export WEFT_SERVER=${window.location.origin}${basePath} WEFT_TOKEN=…\nweft whoami`}
            />
          </ShownOnce>
        </div>
      </Dialog>
    );
  }
  const life = days === null ? "--forever" : `--days ${days}`;
  return (
    <Dialog title={t("newTitle")} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(bodyAt(Date.now()));
        }}
      >
        <TextField
          label={t("name")}
          hint={t("nameHint")}
          value={name}
          maxLength={250}
          required
          onChange={setName}
        />
        <Field label={t("role")} hint={t("roleHint")}>
          {(ids) => <RoleSelect {...ids} value={role} none={t("roleAll")} onChange={setRole} />}
        </Field>
        <Field label={t("life")}>
          {(ids) => (
            <select
              {...ids}
              className="field"
              value={days ?? ""}
              onChange={({ target }) => setDays(target.value ? Number(target.value) : null)}
            >
              {LIVES.map((count) => (
                <option key={count} value={count}>
                  {t("days", { count })}
                </option>
              ))}
              <option value="">{t("forever")}</option>
            </select>
          )}
        </Field>
        <Cli
          lines={`weft tokens create "${name || "NAME"}"${role ? ` --role ${role}` : ""} ${life}`}
        />
        <FormEnd
          call={{ method: "POST", path: "/api/v2/tokens", body: bodyAt(Date.now()) }}
          change={create}
          blocked={!name.trim()}
          submit={t("add")}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

export function DeleteToken({
  token,
  own,
  onClose,
}: {
  token: Token;
  own: boolean;
  onClose: () => void;
}) {
  const t = useText("tokens", en);
  const a = useText("admin", admin);
  const change = useDeleteToken(token.id);
  return (
    <Confirm
      title={a("deleteTitle", { what: token.name ?? token.id })}
      call={{ method: "DELETE", path: `/api/v2/tokens/${encodeURIComponent(token.id)}` }}
      cli={`weft tokens delete ${token.id}`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{own ? t("deleteOwn") : t("deleteText")}</p>
    </Confirm>
  );
}
