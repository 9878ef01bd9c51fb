import type { Dag } from "@/api/types";
import { Instant } from "@/components/time";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";

/** When the schedule makes the next run; one that should be there already is due. */
export function NextRun({ dag }: { dag: Pick<Dag, "is_paused" | "next_dagrun_run_after"> }) {
  const t = useText("dags", en);
  const now = useNow();
  const at = dag.next_dagrun_run_after;
  if (dag.is_paused) return <span className="text-muted">{t("paused")}</span>;
  const due = at ? Date.parse(at) < now : false;
  return (
    <span className="whitespace-nowrap">
      {due ? `${t("due")} ` : ""}
      <Instant at={at} relative />
    </span>
  );
}
