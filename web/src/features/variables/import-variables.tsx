import { useState } from "react";
import {
  importBody,
  type OnExistence,
  useImportVariables,
  type VariableBody,
} from "@/api/admin-actions";
import { Select } from "@/components/controls";
import { Dialog } from "@/components/dialog";
import { common } from "@/i18n/en/common";
import { variables as en } from "@/i18n/en/variables";
import { useText } from "@/i18n/text";
import { type FileProblem, fromFile } from "@/lib/variables-file";
import { FormEnd } from "../admin/action";
import { AreaField, Field } from "../admin/field";

const PROBLEM = {
  json: "problemJson",
  shape: "problemShape",
  empty: "problemEmpty",
} as const satisfies Record<FileProblem, keyof typeof en>;
const CHOICES: readonly OnExistence[] = ["fail", "skip", "overwrite"];
const NAMES_SHOWN = 20;

const someOf = (names: readonly string[]) =>
  names.slice(0, NAMES_SHOWN).join(", ") + (names.length > NAMES_SHOWN ? " …" : "");

export function ImportVariables({ onClose }: { onClose: () => void }) {
  const t = useText("variables", en);
  const c = useText("common", common);
  const [text, setText] = useState("");
  const [onExistence, setOnExistence] = useState<OnExistence>("fail");
  const send = useImportVariables();
  const read = text.trim() ? fromFile(text) : undefined;
  const found = read && "variables" in read ? read : undefined;
  const entities = (found?.variables ?? []) as VariableBody[];
  const errors = send.data?.errors ?? [];
  return (
    <Dialog title={t("importTitle")} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate({ entities, onExistence });
        }}
      >
        <p className="text-muted">{t("importText")}</p>
        <Field label={t("importFile")}>
          {(ids) => (
            <input
              {...ids}
              type="file"
              accept="application/json,.json"
              className="field"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void file.text().then(setText);
              }}
            />
          )}
        </Field>
        <AreaField
          label={t("importPaste")}
          rows={6}
          value={text}
          error={read && "problem" in read ? t(PROBLEM[read.problem], read) : null}
          onChange={setText}
        />
        {found ? (
          <div>
            <p>
              {t("found", {
                count: found.variables.length,
                names: someOf(found.variables.map(({ key }) => key)),
              })}
            </p>
            {found.skipped.length > 0 ? (
              <p className="text-muted">{t("skipped", { names: someOf(found.skipped) })}</p>
            ) : null}
          </div>
        ) : null}
        <div className="flex flex-wrap items-center gap-2">
          <span>{t("onExistence")}</span>
          <Select
            label={t("onExistence")}
            value={onExistence}
            options={CHOICES.map((choice) => [choice, t(choice)] as const)}
            onChange={(value) => setOnExistence(CHOICES.find((one) => one === value) ?? "fail")}
          />
        </div>
        <div role="status">
          {send.data ? <p>{t("imported", { count: send.data.made.length })}</p> : null}
          {errors.length > 0 ? (
            <>
              <p className="text-bad">{t("importErrors")}</p>
              <ul className="list-inside list-disc">
                {errors.map((error) => (
                  <li key={error} className="break-words">
                    {error}
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </div>
        {send.data && errors.length === 0 ? (
          <button type="button" className="button button-primary self-end" onClick={onClose}>
            {c("close")}
          </button>
        ) : (
          <FormEnd
            call={{
              method: "PATCH",
              path: "/api/v2/variables",
              body: importBody(entities, onExistence),
            }}
            change={send}
            blocked={entities.length === 0}
            submit={t("importIt")}
            onClose={onClose}
          />
        )}
      </form>
    </Dialog>
  );
}
