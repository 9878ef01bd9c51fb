import { useSetPaused } from "@/api/actions";
import { useMay } from "@/api/rights";
import type { Dag } from "@/api/types";
import { Switch } from "@/components/controls";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError } from "@/components/feedback";
import { common as commonEn } from "@/i18n/en/common";
import { dag as en } from "@/i18n/en/dag";
import { useText } from "@/i18n/text";
import { overOf } from "./over";

/** Pauses and unpauses the DAG; tells the role that it needs when the person lacks it. */
export function PauseControl({ dag }: { dag: Pick<Dag, "dag_id" | "is_paused" | "tags"> }) {
  const t = useText("dag", en);
  const c = useText("common", commonEn);
  const may = useMay("operator", overOf(dag));
  const setPaused = useSetPaused();
  const paused = setPaused.isPending ? setPaused.variables.paused : dag.is_paused;
  const label = t(paused ? "unpause" : "pause", { dag: dag.dag_id });
  return (
    <>
      <span title={may ? undefined : c("needsRole", { role: "operator" })}>
        <Switch
          checked={!paused}
          label={label}
          disabled={!may || setPaused.isPending}
          onChange={(active) => setPaused.mutate({ dagId: dag.dag_id, paused: !active })}
        />
      </span>
      <ActionError error={setPaused.error} />
    </>
  );
}

export function PauseCurl({ dag }: { dag: Pick<Dag, "dag_id" | "is_paused"> }) {
  return (
    <CopyCurl
      call={{
        method: "PATCH",
        path: `/api/v2/dags/${encodeURIComponent(dag.dag_id)}`,
        body: { is_paused: !dag.is_paused },
      }}
    />
  );
}
