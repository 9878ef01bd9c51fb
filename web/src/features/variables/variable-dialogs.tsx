import { useState } from "react";
import type { Variable } from "@/api/admin";
import {
  useCreateVariable,
  useDeleteVariable,
  usePatchVariable,
  type VariableBody,
  type VariablePatch,
} from "@/api/admin-actions";
import { Dialog } from "@/components/dialog";
import { admin } from "@/i18n/en/admin";
import { variables as en } from "@/i18n/en/variables";
import { useText } from "@/i18n/text";
import { Confirm, FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { AreaField, Check, TextField } from "../admin/field";

const pathOf = (key: string) => `/api/v2/variables/${encodeURIComponent(key)}`;

/** A new one, or a change of the one given. A secret's value is written, never shown. */
export function VariableForm({
  variable,
  onClose,
}: {
  variable: Variable | undefined;
  onClose: () => void;
}) {
  const t = useText("variables", en);
  const a = useText("admin", admin);
  const wasSecret = variable?.is_secret ?? false;
  const [key, setKey] = useState(variable?.key ?? "");
  const [value, setValue] = useState(variable && !wasSecret ? variable.value : "");
  const [description, setDescription] = useState(variable?.description ?? "");
  /** undefined: the server decides by the key. */
  const [secret, setSecret] = useState<boolean | undefined>(variable?.is_secret);
  /** The list behind is read again meanwhile; the fields are not. */
  const [shown] = useState(variable);
  const create = useCreateVariable();
  const patch = usePatchVariable(variable?.key ?? "");
  const opens = wasSecret && secret === false && value === "";
  const body: VariableBody = {
    key: key.trim(),
    value,
    description: description.trim() || null,
    ...(secret === undefined ? {} : { is_secret: secret }),
  };
  const change: VariablePatch = {
    description: description.trim() || null,
    is_secret: secret ?? null,
    // An empty field over a secret means that it stays.
    ...(wasSecret && value === "" ? {} : { value }),
  };
  // What is secret stands in no command line that somebody copies.
  const sent = secret || wasSecret ? "***" : value;
  return (
    <Dialog
      title={variable ? t("editTitle", { key: variable.key }) : t("newTitle")}
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (shown) patch.mutate({ shown, body: change }, { onSuccess: onClose });
          else create.mutate(body, { onSuccess: onClose });
        }}
      >
        {variable ? null : (
          <TextField
            label={t("key")}
            hint={t("keyHint", { key: key || "region" })}
            value={key}
            maxLength={250}
            required
            onChange={setKey}
          />
        )}
        <AreaField
          label={t("value")}
          hint={wasSecret ? t("valueSecretHint") : t("valueHint")}
          error={opens ? t("openNeedsValue") : null}
          placeholder={wasSecret ? t("unchanged") : ""}
          value={value}
          onChange={setValue}
        />
        <div>
          <Check label={t("isSecret")} checked={secret ?? false} onChange={setSecret} />
          {secret === undefined ? <p className="text-muted">{t("secretGuess")}</p> : null}
        </div>
        <TextField
          label={a("description")}
          value={description}
          maxLength={10000}
          onChange={setDescription}
        />
        <Cli lines={`weft variables set ${key || "KEY"} --stdin${secret ? " --secret" : ""}`} />
        <FormEnd
          call={
            variable
              ? {
                  method: "PATCH",
                  path: pathOf(variable.key),
                  body: "value" in change ? { ...change, value: sent } : change,
                }
              : { method: "POST", path: "/api/v2/variables", body: { ...body, value: sent } }
          }
          change={variable ? patch : create}
          blocked={!body.key || opens}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

export function DeleteVariable({ variable, onClose }: { variable: Variable; onClose: () => void }) {
  const t = useText("variables", en);
  const a = useText("admin", admin);
  const change = useDeleteVariable(variable.key);
  return (
    <Confirm
      title={a("deleteTitle", { what: variable.key })}
      call={{ method: "DELETE", path: pathOf(variable.key) }}
      cli={`weft variables delete ${variable.key}`}
      change={change}
      confirm={a("remove")}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
    </Confirm>
  );
}
