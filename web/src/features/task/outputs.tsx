import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { type InstanceKey, outputQuery, outputsQuery } from "@/api/task-queries";
import { ActionError, Empty, Show } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { JsonTree } from "@/components/json-tree";
import { Scroller } from "@/components/scroller";
import { useOver } from "@/features/run/use-over";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";

const OutputDialog = lazy(async () => ({
  default: (await import("./output-dialog")).OutputDialog,
}));

export interface OutputChange {
  kind: "add" | "correct" | "remove";
  name: string;
  value: unknown;
}

export function Outputs({ instance, active }: { instance: InstanceKey; active: boolean }) {
  const t = useText("task", en);
  const over = useOver(instance.dagId);
  const outputs = useQuery(outputsQuery(instance, active));
  const [change, setChange] = useState<OutputChange | null>(null);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <GuardedButton
          needs="operator"
          over={over}
          disabled={active}
          onClick={() => setChange({ kind: "add", name: "", value: "" })}
        >
          {t("add")}
        </GuardedButton>
        {active ? <span className="text-muted">{t("onlyOver")}</span> : null}
      </div>
      <Show query={outputs} what={t("whatOutputs")}>
        {(data) =>
          data.xcom_entries.length === 0 ? (
            <Empty>{t("noOutputs")}</Empty>
          ) : (
            <div className="panel overflow-x-auto">
              <table className="grid-table">
                <thead>
                  <tr>
                    <th scope="col">{t("key")}</th>
                    <th scope="col">{t("value")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.xcom_entries.map((entry) => (
                    <tr key={entry.key}>
                      <th scope="row" className="align-top break-all !text-ink">
                        {entry.key}
                      </th>
                      <td>
                        <Value
                          instance={instance}
                          name={entry.key}
                          timestamp={entry.timestamp}
                          active={active}
                          onChange={setChange}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Show>
      <Suspense fallback={null}>
        {change ? (
          <OutputDialog instance={instance} change={change} onClose={() => setChange(null)} />
        ) : null}
      </Suspense>
    </div>
  );
}

function Value({
  instance,
  name,
  timestamp,
  active,
  onChange,
}: {
  instance: InstanceKey;
  name: string;
  timestamp: string;
  active: boolean;
  onChange: (change: OutputChange) => void;
}) {
  const t = useText("task", en);
  const over = useOver(instance.dagId);
  const output = useQuery(outputQuery(instance, name, timestamp));
  if (output.isError) return <ActionError error={output.error} />;
  if (!output.data) return <span className="text-muted">…</span>;
  const { value } = output.data;
  return (
    <div className="flex flex-wrap items-start gap-2">
      <Scroller className="max-h-96 min-w-0 flex-1 overflow-auto font-mono text-xs">
        <JsonTree value={value} />
      </Scroller>
      <GuardedButton
        needs="operator"
        over={over}
        disabled={active}
        label={t("correctTitle", { name })}
        onClick={() => onChange({ kind: "correct", name, value })}
      >
        {t("edit")}
      </GuardedButton>
      <GuardedButton
        needs="operator"
        over={over}
        disabled={active}
        label={t("removeTitle", { name })}
        onClick={() => onChange({ kind: "remove", name, value })}
      >
        {t("remove")}
      </GuardedButton>
    </div>
  );
}
