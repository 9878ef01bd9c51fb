import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recentConfsQuery } from "@/api/run-queries";
import { trigger as en } from "@/i18n/en/trigger";
import { useText } from "@/i18n/text";
import { equal } from "@/lib/schema-check";

/** The values that earlier runs had, each set of them once. Nothing is drawn when there are none. */
export function EarlierRuns({
  dagId,
  onChoose,
}: {
  dagId: string;
  /** null: the defaults. */
  onChoose: (conf: object | null) => void;
}) {
  const t = useText("trigger", en);
  const recent = useQuery(recentConfsQuery(dagId));
  const [chosen, setChosen] = useState("");
  const runs = (recent.data?.dag_runs ?? []).filter(
    ({ conf }, at, all) =>
      conf &&
      Object.keys(conf).length > 0 &&
      all.findIndex((other) => equal(other.conf, conf)) === at,
  );
  if (runs.length === 0) return null;
  return (
    <label className="flex flex-wrap items-center gap-2">
      {t("earlier")}
      <select
        className="field max-w-full"
        value={chosen}
        onChange={({ target }) => {
          setChosen(target.value);
          onChoose(runs.find((run) => run.dag_run_id === target.value)?.conf ?? null);
        }}
      >
        <option value="">{t("defaults")}</option>
        {runs.map((run) => (
          <option key={run.dag_run_id} value={run.dag_run_id}>
            {run.dag_run_id} {JSON.stringify(run.conf).slice(0, 60)}
          </option>
        ))}
      </select>
    </label>
  );
}
