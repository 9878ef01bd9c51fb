import { useState } from "react";
import type { User } from "@/api/admin";
import {
  type UserBody,
  type UserPatch,
  useCreateUser,
  useDeleteUser,
  usePatchUser,
} from "@/api/admin-actions";
import type { Role } from "@/api/rights";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { users as en } from "@/i18n/en/users";
import { useText } from "@/i18n/text";
import { type GrantRow, grantOptions, grantsOf, rowOf } from "@/lib/grants";
import { LEAST_PASSWORD } from "@/lib/password";
import { Confirm, FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { Check, Field, TextField } from "../admin/field";
import { Grants } from "./grants-field";
import { RoleSelect } from "./role-select";

const pathOf = (name: string) => `/api/v2/users/${encodeURIComponent(name)}`;

const isShort = (password: string) => password.length < LEAST_PASSWORD;

/** A new one, or what the one given may. */
export function UserForm({ user, onClose }: { user: User | undefined; onClose: () => void }) {
  const t = useText("users", en);
  const [name, setName] = useState(user?.username ?? "");
  const [display, setDisplay] = useState(user?.display_name ?? "");
  const [role, setRole] = useState<Role | null>(user ? user.role : "viewer");
  const [rows, setRows] = useState<GrantRow[]>((user?.grants ?? []).map(rowOf));
  const [disabled, setDisabled] = useState(user?.is_disabled ?? false);
  const [password, setPassword] = useState("");
  /** The list behind is read again meanwhile; the fields are not. */
  const [shown] = useState(user);
  const create = useCreateUser();
  const patch = usePatchUser(user?.username ?? "");
  const fields: UserPatch = {
    display_name: display.trim() || null,
    role,
    grants: grantsOf(rows),
    is_disabled: disabled,
  };
  const body: UserBody = { username: name.trim(), ...fields };
  const short = password !== "" && isShort(password);
  const options = ` --role ${role ?? "none"}${grantOptions(rows)}`;
  return (
    <Dialog
      title={user ? t("editTitle", { name: user.username }) : t("newTitle")}
      onClose={onClose}
    >
      <form
        className="flex max-h-[80dvh] flex-col gap-3 overflow-y-auto"
        onSubmit={(event) => {
          event.preventDefault();
          if (shown) patch.mutate({ shown, body: fields }, { onSuccess: onClose });
          else create.mutate(password ? { ...body, password } : body, { onSuccess: onClose });
        }}
      >
        {user ? null : (
          <TextField
            label={t("user")}
            hint={t("nameHint")}
            value={name}
            maxLength={250}
            required
            autoComplete="off"
            onChange={setName}
          />
        )}
        <TextField label={t("displayName")} value={display} onChange={setDisplay} />
        <Field label={t("role")} hint={role ? t(role) : t("roleNone")}>
          {(ids) => <RoleSelect {...ids} value={role} none={t("roleNone")} onChange={setRole} />}
        </Field>
        <Grants rows={rows} onChange={setRows} />
        {user ? null : (
          <TextField
            label={t("password")}
            type="password"
            autoComplete="new-password"
            hint={t("passwordHint")}
            error={short ? t("passwordShort") : null}
            value={password}
            onChange={setPassword}
          />
        )}
        <Check label={t("disableIt")} checked={disabled} onChange={setDisabled} />
        <Cli
          lines={
            user
              ? `weft users set ${user.username}${options} ${disabled ? "--disable" : "--enable"}`
              : `weft users add ${name || "NAME"}${options}`
          }
        />
        <FormEnd
          call={
            user
              ? { method: "PATCH", path: pathOf(user.username), body: fields }
              : { method: "POST", path: "/api/v2/users", body }
          }
          change={user ? patch : create}
          blocked={short || !body.username}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useText("users", en);
  const [password, setPassword] = useState("");
  const patch = usePatchUser(user.username);
  const short = isShort(password);
  return (
    <Dialog title={t("resetTitle", { name: user.username })} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          patch.mutate({ shown: user, body: { password } }, { onSuccess: onClose });
        }}
      >
        <TextField
          label={t("newPassword")}
          type="password"
          autoComplete="new-password"
          hint={t("newPasswordHint")}
          error={password && short ? t("passwordShort") : null}
          value={password}
          onChange={setPassword}
        />
        <Cli lines={`weft users password ${user.username}`} />
        <FormEnd
          call={{ method: "PATCH", path: pathOf(user.username), body: { password: "***" } }}
          change={patch}
          blocked={short}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

export function DeleteUser({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useText("users", en);
  const a = useText("admin", admin);
  const change = useDeleteUser(user.username);
  return (
    <Confirm
      title={a("deleteTitle", { what: user.username })}
      call={{ method: "DELETE", path: pathOf(user.username) }}
      cli={`weft users delete ${user.username}`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
    </Confirm>
  );
}
