import { useState } from "react";
import { useValidate } from "@/api/admin-actions";
import { ActionError } from "@/components/feedback";
import { imports as en } from "@/i18n/en/imports";
import { useText } from "@/i18n/text";
import { Cli } from "../admin/cli";
import { AreaField, Field } from "../admin/field";
import { Findings } from "./findings";

const UNNAMED = "dag.dag.json";

/** The server's own reading of a file that is on the person's machine. */
export function CheckFile({ name: wanted }: { name: string | undefined }) {
  const t = useText("imports", en);
  const [name, setName] = useState(wanted ?? UNNAMED);
  const [text, setText] = useState("");
  const check = useValidate();
  const [checked, setChecked] = useState("");
  const send = (filename: string, content: string) => {
    setChecked(content);
    check.mutate({ filename, text: content });
  };
  const take = async (file: File) => {
    const content = await file.text();
    setName(file.name);
    setText(content);
    send(file.name, content);
  };
  return (
    <details open={wanted !== undefined} className="panel mt-3 p-3">
      <summary className="font-semibold">{t("check")}</summary>
      <form
        className="mt-2 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send(name, text);
        }}
      >
        <p className="text-muted">{t("checkText")}</p>
        <Field label={wanted ? `${t("file")}: ${wanted}` : t("file")}>
          {(ids) => (
            <input
              {...ids}
              type="file"
              accept=".json,.jsonc,application/json"
              className="field self-start"
              onChange={({ target }) => {
                const file = target.files?.[0];
                if (file) void take(file);
              }}
            />
          )}
        </Field>
        <AreaField label={t("paste")} rows={6} value={text} onChange={setText} />
        <Cli lines={`weft validate ${name}`} />
        <button
          type="submit"
          className="button button-primary self-start"
          disabled={!text.trim() || check.isPending}
        >
          {check.isPending ? t("checking") : t("checkIt")}
        </button>
        <ActionError error={check.error} />
        <div role="status">
          {check.data?.valid ? <p>{t("good", { dag: check.data.dag_id })}</p> : null}
          {check.data ? <Findings findings={check.data.diagnostics} text={checked} /> : null}
        </div>
      </form>
    </details>
  );
}
