import { Select } from "@/components/controls";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import { useZone } from "@/lib/clock";
import type { GridRun } from "@/lib/dag/grid-model";
import { formatInstant } from "@/lib/format";
import { stateLabel } from "@/lib/states";

/** Which run a picture is of; the latest one unless somebody chose. */
export function RunPicker({
  runs,
  chosen,
  onChoose,
}: {
  runs: readonly GridRun[];
  chosen: string | undefined;
  onChoose: (runId: string | undefined) => void;
}) {
  const t = useText("dagGraph", en);
  const [zone] = useZone();
  const [latest] = runs;
  if (!latest && !chosen) return <span className="text-muted">{t("noRuns")}</span>;
  const name = (run: GridRun) =>
    `${formatInstant(run.logical_date ?? run.run_after, zone)} · ${stateLabel(run.state)}`;
  const known = runs.some((run) => run.dag_run_id === chosen);
  return (
    <Select
      label={t("showRun")}
      value={chosen ?? ""}
      options={[
        ["", latest ? `${t("latestRun")} · ${name(latest)}` : t("latestRun")],
        // An older one that a link named.
        ...(chosen && !known ? [[chosen, chosen] as const] : []),
        ...runs.map((run) => [run.dag_run_id, name(run)] as const),
      ]}
      onChange={(runId) => onChoose(runId || undefined)}
    />
  );
}
