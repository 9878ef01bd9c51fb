import { useEffect, useId, useRef, useState } from "react";
import type { Connection } from "@/api/admin";
import {
  useCreateConnection,
  useDeleteConnection,
  usePatchConnection,
  useTestConnection,
} from "@/api/admin-actions";
import { messageOf } from "@/api/problem";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { connections as en } from "@/i18n/en/connections";
import { useText } from "@/i18n/text";
import {
  bodyOf,
  type ConnectionFields,
  fieldsOf,
  patchOf,
  problemsOf,
  withoutSecrets,
} from "@/lib/connection-form";
import { Confirm, FormEnd } from "../admin/action";
import { AreaField, Check, TextField } from "../admin/field";

const pathOf = (id: string) => `/api/v2/connections/${encodeURIComponent(id)}`;
/** Hints for the hand; any text is a type. */
const TYPES = ["http", "postgres", "mysql", "sqlite", "ssh", "sftp", "ftp", "aws", "smtp", "kafka"];

/** A new one, or a change of the one given. Secrets are written, never shown. */
export function ConnectionForm({
  connection,
  onClose,
}: {
  connection: Connection | undefined;
  onClose: () => void;
}) {
  const t = useText("connections", en);
  const a = useText("admin", admin);
  const types = useId();
  const [fields, setFields] = useState(() => fieldsOf(connection));
  /** The list behind is read again meanwhile; the fields are not. */
  const [shown] = useState(connection);
  const create = useCreateConnection();
  const patch = usePatchConnection(connection?.connection_id ?? "");
  const problems = problemsOf(fields);
  const set = (name: keyof ConnectionFields) => (value: string | boolean) =>
    setFields((old) => ({ ...old, [name]: value }));
  const id = connection?.connection_id;
  return (
    <Dialog title={id ? t("editTitle", { id }) : t("newTitle")} onClose={onClose}>
      <form
        className="flex max-h-[80dvh] flex-col gap-3 overflow-y-auto"
        onSubmit={(event) => {
          event.preventDefault();
          if (shown) patch.mutate({ shown, body: patchOf(fields) }, { onSuccess: onClose });
          else create.mutate(bodyOf(fields), { onSuccess: onClose });
        }}
      >
        {id ? null : (
          <TextField
            label={t("id")}
            hint={t("idHint", { id: fields.id || "erp" })}
            error={fields.id && problems.has("id") ? t("idWrong") : null}
            value={fields.id}
            maxLength={200}
            required
            onChange={set("id")}
          />
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t("type")}
            hint={t("typeHint")}
            value={fields.type}
            list={types}
            required
            onChange={set("type")}
          />
          <datalist id={types}>
            {TYPES.map((type) => (
              <option key={type} value={type} />
            ))}
          </datalist>
          <TextField label={t("host")} value={fields.host} onChange={set("host")} />
          <TextField
            label={t("port")}
            error={problems.has("port") ? t("portWrong") : null}
            value={fields.port}
            onChange={set("port")}
          />
          <TextField label={t("schema")} value={fields.schema} onChange={set("schema")} />
          <TextField
            label={t("login")}
            value={fields.login}
            autoComplete="off"
            onChange={set("login")}
          />
          <TextField
            label={t("password")}
            type="password"
            autoComplete="new-password"
            hint={connection?.password ? t("passwordKeeps") : t("passwordHint")}
            placeholder={connection?.password ? t("unchanged") : ""}
            disabled={fields.dropPassword}
            value={fields.password}
            onChange={set("password")}
          />
        </div>
        {connection?.password ? (
          <Check
            label={t("dropPassword")}
            checked={fields.dropPassword}
            onChange={set("dropPassword")}
          />
        ) : null}
        <AreaField
          label={t("extra")}
          hint={t("extraHint")}
          error={problems.has("extra") ? a("json", { detail: "" }) : null}
          rows={4}
          value={fields.extra}
          onChange={set("extra")}
        />
        <TextField
          label={t("allowed")}
          hint={t("allowedHint")}
          value={fields.allowed}
          onChange={set("allowed")}
        />
        <TextField
          label={a("description")}
          value={fields.description}
          onChange={set("description")}
        />
        <Test fields={fields} blocked={problems.size > 0} />
        <FormEnd
          call={
            id
              ? { method: "PATCH", path: pathOf(id), body: withoutSecrets(patchOf(fields)) }
              : {
                  method: "POST",
                  path: "/api/v2/connections",
                  body: withoutSecrets(bodyOf(fields)),
                }
          }
          change={connection ? patch : create}
          blocked={problems.size > 0}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

/** The server's answer as it is; today it is why a server does not do that. */
function Test({ fields, blocked }: { fields: ConnectionFields; blocked: boolean }) {
  const t = useText("connections", en);
  const test = useTestConnection();
  const body = bodyOf(fields);
  const answer = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The form scrolls, and the answer stands at its end.
    if (test.isSuccess || test.isError) answer.current?.scrollIntoView?.({ block: "nearest" });
  }, [test.isSuccess, test.isError]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <button
        type="button"
        className="button"
        disabled={blocked || test.isPending}
        onClick={() => test.mutate(body)}
      >
        {test.isPending ? t("testing") : t("test")}
      </button>
      <CopyCurl
        call={{ method: "POST", path: "/api/v2/connections/test", body: withoutSecrets(body) }}
      />
      <p ref={answer} role="status" className="w-full break-words">
        {test.isSuccess ? t("testWorks") : ""}
        {test.error ? messageOf(test.error) : ""}
      </p>
    </div>
  );
}

export function DeleteConnection({
  connection,
  onClose,
}: {
  connection: Connection;
  onClose: () => void;
}) {
  const t = useText("connections", en);
  const a = useText("admin", admin);
  const id = connection.connection_id;
  const change = useDeleteConnection(id);
  return (
    <Confirm
      title={a("deleteTitle", { what: id })}
      call={{ method: "DELETE", path: pathOf(id) }}
      cli={`weft connections delete ${id}`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
    </Confirm>
  );
}
